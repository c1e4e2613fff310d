/** Reads a request's content against a schema; what does not fit is answered with 422 and the fields at fault. */
import type * as z from "zod";
import { ApiFailure, ValidationFailure } from "./api-failure";
import type { RequestContext } from "./context";

/** The largest body that is read, in bytes. */
const maxBodyBytes = 1024 * 1024;

/**
 * The JSON body of a request.
 * @throws ValidationFailure if it is no JSON, or does not fit the schema
 * @throws ApiFailure 413 if it is larger than 1 MiB
 */
export async function readBody<T extends z.ZodType>(context: RequestContext, schema: T): Promise<z.output<T>> {
  // A body without a length is chunked; the API's clients never send one.
  const length = Number(
    context.req.header("content-length") ?? (context.req.header("transfer-encoding") ? Infinity : 0),
  );
  if (!(length <= maxBodyBytes)) throw new ApiFailure(413, "body_too_large", "The request body is larger than 1 MiB.");
  const text = await context.req.text();
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new ValidationFailure([{ loc: ["body"], msg: "JSON decode error", type: "json_invalid" }]);
  }
  const parsed = schema.safeParse(json);
  if (!parsed.success) throw ValidationFailure.of(parsed.error, "body");
  return parsed.data;
}

/**
 * The query of a request.
 * @throws ValidationFailure if it does not fit the schema
 */
export function readQuery<T extends z.ZodType>(context: RequestContext, schema: T): z.output<T> {
  const parsed = schema.safeParse(context.req.query());
  if (!parsed.success) throw ValidationFailure.of(parsed.error, "query");
  return parsed.data;
}
