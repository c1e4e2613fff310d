/**
 * What can be decided about the keys of a logical key. `decide` in `lifecycle.ts` decides it.
 */
import type { ListedKey } from "./listed-key";
import type { MissingCondition } from "./retirement";

/** One thing to do now, or a reason for doing nothing. A list of them is in the order in which they are to be done. */
export type Decision =
  /** Create a pending key, and prove its secret. The decisions after it speak of it as `minted`. */
  | { readonly kind: "mint"; readonly reason: string }
  /** Make the secret of this key the current one in every place where services look for it. */
  | { readonly kind: "deliver"; readonly key: ListedKey | "minted" }
  /** Name the key as one that is on its way out. It goes on working. */
  | { readonly kind: "retire"; readonly key: ListedKey; readonly as: "retiring" | "rolledBack" }
  /** Give the key the declared name. */
  | { readonly kind: "promote"; readonly key: ListedKey | "minted" }
  | { readonly kind: "keep"; readonly key: ListedKey; readonly missing: readonly MissingCondition[] }
  | { readonly kind: "revoke"; readonly key: ListedKey; readonly reason: string }
  /** The key is somebody else's, though its name begins like ours. */
  | { readonly kind: "leave-alone"; readonly key: ListedKey };

/** What is wanted of a logical key. */
export type Intent =
  /** Go on: finish what was cut short, make a new generation when it is due, end what may end. */
  | { readonly kind: "maintain" }
  /** End what may end, and nothing else. */
  | { readonly kind: "phase-out" }
  /** Finish what was cut short, or make a new generation whatever the age of the present one. */
  | { readonly kind: "rotate"; readonly reason: string }
  /** It has leaked: revoke every generation, and only then make a new one. */
  | { readonly kind: "answer-incident"; readonly incident: string }
  /** Make the generation before the present one active again. */
  | { readonly kind: "roll-back" }
  /** End all of it. With force, also what is in use. */
  | { readonly kind: "end"; readonly force: boolean };

/**
 * In how many of the places that services read secrets from a key's secret is.
 *
 * - `everywhere`: it is the current one in all of them
 * - `somewhere`: it is the current one in some of them
 * - `formerly`: it is the current one in none, but it was, so services may have read it
 * - `nowhere`: it never was in any of them, as far as they know
 * - `unknown`: nobody can tell
 */
export type Delivery = "everywhere" | "somewhere" | "formerly" | "nowhere" | "unknown";
