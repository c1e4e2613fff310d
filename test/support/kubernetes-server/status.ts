/** The refusals of the API server: a Status for each, in the words that it uses (Kubernetes API reference, "Status v1"). */
import type { FieldProblem } from "./secret-object";

/** An answer, ready to be sent. */
export interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

interface Details {
  readonly name?: string;
  readonly kind?: string;
  readonly causes?: readonly { reason: string; message: string; field?: string }[];
  readonly retryAfterSeconds?: number;
}

/** A refusal with this code, reason and message. */
export function failure(code: number, reason: string, message: string, details?: Details): Answer {
  const status = { kind: "Status", apiVersion: "v1", metadata: {}, status: "Failure", message, reason };
  const seconds = details?.retryAfterSeconds;
  return {
    status: code,
    body: { ...status, ...(details && { details }), code },
    ...(seconds !== undefined && { headers: { "retry-after": String(seconds) } }),
  };
}

const named = (name: string): Details => ({ name, kind: "secrets" });

export const unauthorized = (): Answer => failure(401, "Unauthorized", "Unauthorized");

export const notFound = (name: string, kind = "secrets"): Answer =>
  failure(404, "NotFound", `${kind} ${JSON.stringify(name)} not found`, { name, kind });

export const alreadyExists = (name: string): Answer =>
  failure(409, "AlreadyExists", `secrets ${JSON.stringify(name)} already exists`, named(name));

export const conflict = (name: string): Answer =>
  failure(
    409,
    "Conflict",
    `Operation cannot be fulfilled on secrets ${JSON.stringify(name)}: the object has been modified; please apply your changes to the latest version and try again`,
    named(name),
  );

export const forbidden = (name: string, why: string): Answer =>
  failure(403, "Forbidden", `secrets ${JSON.stringify(name)} is forbidden: ${why}`, named(name));

/** A refusal by RBAC. */
export const notAllowed = (
  verb: string,
  { name, user, namespace }: { readonly name: string; readonly user: string; readonly namespace: string },
): Answer =>
  verb === "create"
    ? failure(403, "Forbidden", `secrets is forbidden: ${cannot(verb, user, namespace)}`, { kind: "secrets" })
    : forbidden(name, cannot(verb, user, namespace));

const cannot = (verb: string, user: string, namespace: string): string =>
  `User ${JSON.stringify(user)} cannot ${verb} resource "secrets" in API group "" in the namespace ${JSON.stringify(namespace)}`;

/** A refusal by validation. */
export const invalid = (name: string, problems: readonly FieldProblem[]): Answer =>
  failure(
    422,
    "Invalid",
    `Secret ${JSON.stringify(name)} is invalid: ${problems.map(({ message }) => message).join(", ")}`,
    {
      ...named(name),
      causes: problems,
    },
  );

/** A patch whose result is no Secret. The real server quotes the whole patched object here, with every value in it. */
export const undecodable = (patched: unknown, reason: string): Answer => {
  const message = `patch: Invalid value: ${JSON.stringify(JSON.stringify(patched))}: ${reason}`;
  return failure(422, "Invalid", ` "" is invalid: ${message}`, {
    causes: [{ reason: "FieldValueInvalid", message, field: "patch" }],
  });
};

/** A patch of which one operation cannot be done. */
export const inapplicable = (): Answer =>
  failure(422, "Invalid", "the server rejected our request due to an error in our request", {});

export const badRequest = (message: string): Answer => failure(400, "BadRequest", message);
