/**
 * Finds out which generation's secret services read, where the names alone do not tell.
 */
import type { Delivery } from "../../model/decision";
import { currentEverywhere, deliveryStatus, heldByAll } from "../../stores";
import type { DeclaredKey } from "./declared-key";

/** Where secrets are, as far as could be found out. */
export interface Deliveries {
  readonly of: (keyId: string) => Delivery;
  /** The key whose secret is the current one wherever services read it; undefined if there is no such one, or nobody can tell. */
  readonly current: string | undefined;
}

/** Nobody was asked. */
export const unknownDeliveries: Deliveries = { of: () => "unknown", current: undefined };

/**
 * Asks the stores.
 * @param inState the key whose secret is in Terraform's state, if secrets are delivered there
 */
export async function findDeliveries(
  { stores, isInState }: Pick<DeclaredKey, "stores" | "isInState">,
  inState: string | undefined,
): Promise<Deliveries> {
  if (stores.length === 0) return { of: (id) => (id === inState ? "everywhere" : "nowhere"), current: inState };
  const holdings = await heldByAll(stores);
  const current = currentEverywhere(holdings);
  const isElsewhereInState = (id: string): boolean => isInState && id !== inState;
  return {
    of: (id) => {
      const status = deliveryStatus(holdings, id);
      return status === "everywhere" && isElsewhereInState(id) ? "somewhere" : status;
    },
    current: current !== undefined && isElsewhereInState(current) ? undefined : current,
  };
}
