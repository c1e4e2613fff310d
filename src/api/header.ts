/** Names that client and server must agree on to the letter. */

/** Carries a key. The API looks at it before `Authorization`, so a request never has both. */
export const apiKeyHeader = "x-api-key";

/** Names a request in the API's own logs. It belongs in every error that a person sees. */
export const requestIdHeader = "x-request-id";
