/**
 * Turns a planned state into a state, where everything is known.
 */
import { UNKNOWN } from "../../framework";
import type { ApiKeyPlan, ApiKeyState } from "../schema/api-key-schema";

/** The attributes that come from the API. */
type Computed =
  | "id"
  | "name"
  | "created_at"
  | "rotate_after"
  | "generation"
  | "secret"
  | "secret_fingerprint"
  | "retiring"
  | "namesake";

/** What a configuration declares of a key. */
export type DeclaredApiKey = Omit<ApiKeyState, Computed>;

/** The planned state, all of it known: during apply of a change in place. @throws Error if the plan was not made by this provider */
export function knownState(planned: ApiKeyPlan): ApiKeyState {
  const unknown = Object.entries(planned).find(([, value]) => containsUnknown(value));
  if (unknown) throw new Error(`the attribute ${unknown[0]} is not known during apply`);
  return planned as ApiKeyState;
}

/** What is declared of a key that is to be created: all of it is known during apply. */
export function declaredState(planned: ApiKeyPlan): DeclaredApiKey {
  const {
    id,
    name,
    created_at,
    rotate_after,
    generation,
    secret,
    secret_fingerprint,
    retiring,
    namesake,
    ...declared
  } = knownState({
    ...planned,
    id: null,
    name: null,
    created_at: null,
    rotate_after: null,
    generation: null,
    secret: null,
    secret_fingerprint: null,
    retiring: null,
    namesake: null,
  });
  return declared;
}

function containsUnknown(value: unknown): boolean {
  if (value === UNKNOWN) return true;
  return typeof value === "object" && value !== null && Object.values(value).some(containsUnknown);
}
