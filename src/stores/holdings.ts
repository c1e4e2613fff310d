/**
 * Which key's secret is where: what all stores of a logical key hold, seen together.
 *
 * A store that cannot be asked makes the answer `unknown` wherever it could tip it. Nothing may be revoked or followed on an unknown answer.
 */
import type { Delivery } from "../model/decision";
import { KeyturnError } from "../model/error";
import type { HeldKeys, Store } from "./store";

/** What one store holds, or why it cannot be told. */
export type Holding =
  | { readonly store: Store; readonly held: HeldKeys; readonly problem?: undefined }
  | { readonly store: Store; readonly held?: undefined; readonly problem: KeyturnError };

/** Asks all stores, in order. A store that cannot be read does not stop it: its holding says why. */
export async function heldByAll(stores: readonly Store[]): Promise<readonly Holding[]> {
  return await Promise.all(
    stores.map(async (store): Promise<Holding> => {
      try {
        return { store, held: await store.current() };
      } catch (error) {
        if (error instanceof KeyturnError) return { store, problem: error };
        throw error;
      }
    }),
  );
}

/**
 * Where the secret of `keyId` is. `unknown`: a store that matters cannot be asked, or there is no store.
 */
export function deliveryStatus(holdings: readonly Holding[], keyId: string): Delivery {
  const readable = holdings.flatMap(({ held }) => (held ? [held] : []));
  const isCurrentIn = readable.filter(({ current }) => current === keyId).length;
  if (isCurrentIn > 0 && isCurrentIn < readable.length) return "somewhere";
  if (holdings.length === 0 || readable.length < holdings.length) return "unknown";
  // Where its readers have changed since, not everybody who is declared may have it.
  if (isCurrentIn > 0) return readable.some(({ isForOthers }) => isForOthers) ? "somewhere" : "everywhere";
  return readable.some(({ previous }) => previous === keyId) ? "formerly" : "nowhere";
}

/** The key whose secret is the current one in every store; undefined if they differ, one cannot be asked, or there is none. */
export function currentEverywhere(holdings: readonly Holding[]): string | undefined {
  return sameInAll(holdings.map(({ held }) => held?.current));
}

/** The key that every store would go back to; undefined if they differ, one cannot be asked, or one keeps none. */
export function previousEverywhere(holdings: readonly Holding[]): string | undefined {
  return sameInAll(holdings.map(({ held }) => held?.previous));
}

function sameInAll(ids: readonly (string | undefined)[]): string | undefined {
  const first = ids[0];
  return ids.every((id) => id === first) ? first : undefined;
}
