/**
 * Puts refusals of the Kubernetes API into words: which permission is missing, or which rule of the cluster stands against it.
 *
 * The server's own words are not passed on. A refusal of a patch may quote the whole Secret. Only names are taken out of them, where they
 * are of a known form.
 */
import { z } from "zod";
import { KeyturnError, type ErrorCode } from "../../model/error";
import type { JsonAnswer } from "../http";
import type { ClusterAccess } from "./cluster-access";

/** What was asked of the API. */
export interface Attempted {
  /** The verb of Kubernetes' rules for access. */
  readonly verb: "get" | "create" | "patch";
  readonly namespace: string;
  readonly name: string;
  readonly access: Pick<ClusterAccess, "description" | "server">;
}

const statusShape = z.object({
  kind: z.literal("Status"),
  message: z.string().optional(),
  reason: z.string().optional(),
  details: z
    .object({
      kind: z.string().optional(),
      causes: z.array(z.object({ field: z.string().optional(), message: z.string().optional() })).nullish(),
    })
    .nullish(),
});

/** A refusal as Kubernetes tells it. */
type Status = z.output<typeof statusShape>;

/** @returns undefined if the answer is no refusal of Kubernetes, such as the page of a proxy */
export function readStatus({ json }: JsonAnswer): Status | undefined {
  return statusShape.safeParse(json).data;
}

/** Whether a refusal speaks of a Secret. A 404 that does not may come from anywhere, and says nothing of whether one is there. */
export function isAboutSecret(answer: JsonAnswer): boolean {
  return readStatus(answer)?.details?.kind === "secrets";
}

/** The error for an answer that is of no use. Its message continues a sentence: `the Kubernetes Secret … cannot be read: `. */
export function refusalOf(answer: JsonAnswer, attempted: Attempted): KeyturnError {
  const [code, words] = explain(answer, attempted);
  return new KeyturnError(code, words);
}

function explain(answer: JsonAnswer, attempted: Attempted): readonly [ErrorCode, string] {
  const { access, namespace, verb } = attempted;
  const { status: code } = answer;
  const status = readStatus(answer);
  if (!status || code < 400) return ["STORE_UNREACHABLE", strangeAnswer(code, access)];
  switch (code) {
    case 401:
      return [
        "STORE_UNREACHABLE",
        `${access.description} does not accept the credentials (401). They may have expired; renew the token or the client certificate`,
      ];
    case 403:
      return ["STORE_UNREACHABLE", whyForbidden(status, attempted)];
    case 404:
      return [
        "STORE_UNREACHABLE",
        verb === "create" && status.details?.kind === "namespaces"
          ? `the namespace ${namespace} does not exist in ${access.description}. Create it, or name another one`
          : `${access.server} does not know Secrets (404). Check the address of the server`,
      ];
    case 422:
      return ["STORE_REFUSED", whyInvalid(status)];
    case 429:
      return [
        "STORE_UNREACHABLE",
        `${access.description} has too much to do, also after a pause (429). Try again later`,
      ];
    default:
      return code >= 500
        ? ["STORE_UNREACHABLE", `${access.description} failed, also after more tries (${code}). Try again later`]
        : ["STORE_REFUSED", `${access.description} refused the request (${code}${reasonOf(status)})`];
  }
}

function strangeAnswer(code: number, { server }: Attempted["access"]): string {
  const what = code < 300 ? "with something else than a Secret" : "with something else than an answer of Kubernetes";
  const advice = code >= 300 && code < 400 ? "Redirects are not followed; write the address that it leads to" : "";
  return `${server} answered ${code} ${what}, as a proxy does. ${advice || "Check the address of the server"}`;
}

/** The forms of the words with which RBAC, quotas, webhooks and a namespace at its end refuse. A name in them is all that is shown. */
function whyForbidden({ message = "" }: Status, { verb, namespace, name }: Attempted): string {
  const user = /User "([^"]{1,253})" cannot /.exec(message)?.[1];
  if (user !== undefined) {
    const where = verb === "create" ? "" : ` ${name}`;
    return (
      `the user ${user} may not ${verb} the Secret${where} in the namespace ${namespace} (403). ` +
      "A role there has to allow get and patch, and create where the Secret is not there yet"
    );
  }
  const quota = /exceeded quota: ([-a-z0-9.]{1,253}),/.exec(message)?.[1];
  if (quota !== undefined) return `the quota ${quota} of the namespace ${namespace} is used up (403). Raise it`;
  const webhook = /admission webhook "([-a-z0-9.]{1,253})" denied/.exec(message)?.[1];
  if (webhook !== undefined) return `the admission webhook ${webhook} denies it (403). Ask who runs it`;
  const policy = /ValidatingAdmissionPolicy '([-a-z0-9.]{1,253})'/.exec(message)?.[1];
  if (policy !== undefined) return `the admission policy ${policy} denies it (403). Ask who runs it`;
  if (message.includes("because it is being terminated")) return `the namespace ${namespace} is being deleted (403)`;
  return `the cluster forbids to ${verb} it (403). kubectl auth can-i ${verb} secrets -n ${namespace} tells whether a role is missing; else it is a rule of admission`;
}

function whyInvalid({ details }: Status): string {
  const causes = details?.causes ?? [];
  if (causes.some(({ message = "" }) => message.includes("field is immutable when `immutable` is set"))) {
    return "it is immutable, so its secret can never be replaced. Remove it, or deliver to another one; nothing has been changed";
  }
  const fields = causes.flatMap(({ field = "" }) => (/^[-\w.[\]/]{1,300}$/.test(field) ? [field] : []));
  return `the cluster does not take it (422${fields.length > 0 ? `, for ${[...new Set(fields)].join(", ")}` : ""})`;
}

function reasonOf({ reason = "" }: Status): string {
  return /^[A-Za-z]{1,60}$/.test(reason) ? ` ${reason}` : "";
}
