/**
 * The scopes that the API is known to have. It may have learned more since.
 */

/** The known scopes; a key that has all of them may do everything. */
export const knownScopes: readonly string[] = ["read", "write", "destructive"];
