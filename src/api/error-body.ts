/**
 * The five shapes in which the API says no, read into one.
 *
 * Reading never fails: a body that fits none of them, such as a proxy's HTML page, gives undefined, and the caller goes by the status.
 */
import * as z from "zod";

const location = z.array(z.union([z.string(), z.number()]));

const current = z.object({
  error: z.object({
    code: z.string(),
    message: z.string(),
    remediation: z.string().nullish(),
    request_id: z.string().nullish(),
    retry_after_seconds: z.number().nullish(),
    errors: z.array(z.object({ loc: location, msg: z.string() })).nullish(),
  }),
});
const nestedError = z.object({ detail: current });
const nestedMessage = z.object({ detail: z.object({ message: z.string(), code: z.string().nullish() }) });
const plain = z.object({ detail: z.string(), request_id: z.string().nullish() });
const validation = z.object({
  detail: z.array(z.object({ loc: location, msg: z.string(), type: z.string().nullish() })),
});

/** What the API said, whatever the shape it said it in. */
export interface ApiErrorBody {
  /** The API's own code, such as `rate_limited`. */
  readonly code?: string;
  readonly message: string;
  /** What the API advises. */
  readonly remediation?: string;
  readonly requestId?: string;
  readonly retryAfterSeconds?: number;
  /** Fields at fault, as `body.name: too long`. */
  readonly fields: readonly string[];
}

type FieldError = { readonly loc: readonly (string | number)[]; readonly msg: string };

const describeField = ({ loc, msg }: FieldError): string => (loc.length > 0 ? `${loc.join(".")}: ${msg}` : msg);

function fromCurrent({ error }: z.infer<typeof current>): ApiErrorBody {
  return {
    code: error.code,
    message: error.message,
    fields: (error.errors ?? []).map(describeField),
    ...(error.remediation ? { remediation: error.remediation } : {}),
    ...(error.request_id ? { requestId: error.request_id } : {}),
    ...(typeof error.retry_after_seconds === "number" ? { retryAfterSeconds: error.retry_after_seconds } : {}),
  };
}

/** Reads a parsed JSON body; undefined if it is no error body that the contract knows. */
export function readErrorBody(json: unknown): ApiErrorBody | undefined {
  const asCurrent = current.safeParse(json);
  if (asCurrent.success) return fromCurrent(asCurrent.data);
  const asNestedError = nestedError.safeParse(json);
  if (asNestedError.success) return fromCurrent(asNestedError.data.detail);
  const asNestedMessage = nestedMessage.safeParse(json);
  if (asNestedMessage.success) {
    const { message, code } = asNestedMessage.data.detail;
    return { message, fields: [], ...(code ? { code } : {}) };
  }
  const asPlain = plain.safeParse(json);
  if (asPlain.success) {
    const { detail, request_id: requestId } = asPlain.data;
    return { message: detail, fields: [], ...(requestId ? { requestId } : {}) };
  }
  const asValidation = validation.safeParse(json);
  if (asValidation.success) {
    return { message: "the request is not valid", fields: asValidation.data.detail.map(describeField) };
  }
  return undefined;
}
