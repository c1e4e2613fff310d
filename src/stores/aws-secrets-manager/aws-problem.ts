/**
 * Puts what AWS and its SDK answer into words that say what is missing and what to do.
 *
 * Only parts of an answer that are known not to hold a secret are repeated: names, the caller's ARN, the reason of a refusal. What a proxy
 * or an unknown error says is not.
 */
import type { ErrorCode } from "../../model/error";

/** The operations of AWS Secrets Manager that are used. Each has a permission of the same name. */
export type AwsOperation =
  "CreateSecret" | "DescribeSecret" | "GetSecretValue" | "PutSecretValue" | "TagResource" | "UpdateSecretVersionStage";

/** Something cannot be done. The message is the part of a sentence that follows "… cannot be written: " or "… is left as it is: ". */
export class AwsProblem extends Error {
  constructor(
    message: string,
    /** What AWS calls it: `ResourceNotFoundException`. Empty if it does not come from AWS. */
    readonly awsName = "",
    readonly code: Extract<ErrorCode, "STORE_UNREACHABLE" | "STORE_REFUSED"> = "STORE_UNREACHABLE",
    /** Whether it is certain that a change was not made: AWS refused it, and it was sent only once. */
    readonly isUndone = false,
  ) {
    super(message);
  }
}

/** The problem of a secret that must not be touched; nothing in it was changed. */
export function refusal(reason: string): AwsProblem {
  return new AwsProblem(reason, "", "STORE_REFUSED");
}

/** What has been thrown, as far as it is looked at. It may come from another realm, where `instanceof` says nothing. */
interface Thrown {
  readonly name?: unknown;
  readonly message?: unknown;
  readonly code?: unknown;
  readonly $metadata?: { readonly httpStatusCode?: number; readonly attempts?: number };
}

const noRegion =
  "no region of AWS is set. Set the region of the target, or AWS_REGION, or one in the profile of AWS_PROFILE";

const credentialHelp =
  "They come from AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN, from the profile of AWS_PROFILE, or from the role of the machine";

/** What each name of an error means for whoever runs Terraform. */
const meanings: Readonly<Record<string, string>> = {
  ...meaningOf(
    ["ExpiredTokenException", "ExpiredToken", "RequestExpired"],
    `the credentials of AWS have expired. Get new ones and run again. ${credentialHelp}`,
  ),
  ...meaningOf(
    ["CredentialsProviderError", "TokenProviderError"],
    `there are no credentials of AWS that can be used. ${credentialHelp}; a session of aws sso login may have ended`,
  ),
  ...meaningOf(
    [
      "UnrecognizedClientException",
      "InvalidClientTokenId",
      "InvalidSignatureException",
      "SignatureDoesNotMatch",
      "IncompleteSignature",
      "MissingAuthenticationToken",
      "MissingAuthenticationTokenException",
    ],
    `AWS does not accept the credentials. ${credentialHelp}`,
  ),
  ...meaningOf(
    ["ThrottlingException", "Throttling", "TooManyRequestsException", "RequestLimitExceeded"],
    "AWS asked for a pause at every try. Run again later",
  ),
  ...meaningOf(
    ["InternalServiceError", "InternalFailure", "ServiceUnavailable"],
    "AWS failed at every try. Run again later",
  ),
  ...meaningOf(
    ["EncryptionFailure", "DecryptionFailure", "KMSInvalidStateException"],
    "the KMS key of the secret cannot be used. It may be disabled, or waiting for its deletion",
  ),
  LimitExceededException:
    "a limit of AWS is reached, of secrets, versions, labels or tags. AWS keeps all versions of the last 24 hours",
};

/** The problem to throw for what an operation has thrown. */
export function awsProblem(operation: AwsOperation, thrown: unknown): AwsProblem {
  if (thrown instanceof AwsProblem) return thrown;
  const error = (typeof thrown === "object" && thrown !== null ? thrown : {}) as Thrown;
  const name = typeof error.name === "string" ? error.name : "";
  const text = typeof error.message === "string" ? error.message : "";
  const { httpStatusCode: status = 0, attempts } = error.$metadata ?? {};
  const isUndone = operation !== "DescribeSecret" && attempts === 1 && status >= 400 && status < 500;
  return new AwsProblem(reason(operation, { ...error, name, text }), name, "STORE_UNREACHABLE", isUndone);
}

/** What the SDK leaves of an error of the network that comes from another realm. */
const connectionPattern =
  /\bE(?:CONN[A-Z]+|NOTFOUND|AI_AGAIN|TIMEDOUT|PIPE|HOSTUNREACH|NETUNREACH)\b|\bsocket hang up\b/;

type Read = Omit<Thrown, "name"> & { readonly name: string; readonly text: string };

function reason(operation: AwsOperation, error: Read): string {
  if (/^AccessDenied/.test(error.name)) return accessDenied(operation, error.text);
  const meaning = meanings[error.name];
  if (meaning !== undefined) return meaning;
  if (error.text.startsWith("Region is missing")) return noRegion;
  if (["TimeoutError", "AbortError"].includes(error.name)) return `there was no answer in time to ${operation}`;
  const connection = typeof error.code === "string" ? error.code : connectionPattern.exec(error.text)?.[0];
  if (connection !== undefined) {
    return `there is no connection to AWS (${connection}). Check the network, the region, and AWS_ENDPOINT_URL where that is set`;
  }
  const status = error.$metadata?.httpStatusCode;
  const answered = status !== undefined ? ` with the status ${status}` : "";
  if (/(?:Exception|Failure|Error)$/.test(error.name) && !/^(?:Syntax|Type|Range)?Error$/.test(error.name)) {
    return `AWS refused ${operation}${answered}: ${error.name}`;
  }
  return `the answer to ${operation}${answered} is not one of AWS. A proxy may stand in between, or AWS_ENDPOINT_URL may be wrong`;
}

function accessDenied(operation: AwsOperation, text: string): string {
  const caller = /User: (arn:[\w:/+=.@-]+)/.exec(text)?.[1] ?? "the credentials in use";
  const because = /because ([\w ,:'-]+)/.exec(text)?.[1];
  const why = because === undefined ? "" : ` (AWS says: because ${because.trim()})`;
  if (/\bkms\b/i.test(text)) {
    return `${caller} may not use the KMS key of the secret${why}. Allow kms:GenerateDataKey and kms:Decrypt on it`;
  }
  return `${caller} may not do that${why}. Allow secretsmanager:${operation} on this secret`;
}

function meaningOf(names: readonly string[], meaning: string): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, meaning]));
}
