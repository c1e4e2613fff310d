/**
 * Scopes that may be typing errors. Synth warns of them only, because the API may have more scopes than are known here.
 */
import { Token } from "cdktf";
import { knownScopes } from "../model/known-scopes";

/** A warning for each scope that is not among the known ones. Tokens are left to the API. */
export function unknownScopeWarnings(scopes: readonly string[]): string[] {
  if (Token.isUnresolved(scopes)) return [];
  return scopes
    .filter((scope) => !Token.isUnresolved(scope) && !knownScopes.includes(scope))
    .map((scope) => `the scope "${scope}" reads like a typo; the known ones are ${knownScopes.join(", ")}`);
}
