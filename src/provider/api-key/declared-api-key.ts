/**
 * Reads the attributes of a key into what its rotation needs to know of it.
 */
import { logicalKeyName } from "../../model/logical-key";
import { openStores, type Store, type StoreContext } from "../../stores";
import type { DeclaredKey } from "../rotation/declared-key";
import type { ApiKeyState } from "../schema/api-key-schema";
import { deliveryTargets } from "./delivery-targets";
import { declaredPolicy, type PolicyAttributes } from "./declared-policy";

type Declared = Pick<ApiKeyState, "service" | "environment" | "owner" | "deliver_to"> & PolicyAttributes;

/**
 * The key that the attributes declare.
 * @param variables the environment, from which stores take their credentials
 * @throws KeyturnError INVALID_VALUE if a delivery target cannot be meant
 */
export function declaredApiKey(attributes: Declared, { variables }: Pick<StoreContext, "variables">): DeclaredKey {
  const { service, environment, owner, deliver_to: targets } = attributes;
  if (service === null || environment === null) throw new Error("no service or no environment is declared");
  const logicalName = logicalKeyName({ service, environment });
  return {
    logicalName,
    service,
    environment,
    policy: declaredPolicy(attributes),
    stores: storesOf(targets ?? [], {
      owner: { keyName: logicalName, service, environment, owner: owner ?? "" },
      variables,
    }),
    isInState: (targets ?? []).some((target) => target.terraform_state?.i_understand_the_secret_is_in_state === true),
  };
}

/** The stores among the declared delivery targets, in their order. @throws KeyturnError INVALID_VALUE if one cannot be meant */
export function storesOf(targets: NonNullable<Declared["deliver_to"]>, context: StoreContext): readonly Store[] {
  return openStores(deliveryTargets(targets), context);
}
