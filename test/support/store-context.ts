/** What a store is opened with in tests. */
import type { StoreContext } from "../../src/stores";

/** The context of the logical key with that name, which no credential comes with unless one is given. */
export function contextOf(keyName = "scheduler-prod", variables: StoreContext["variables"] = {}): StoreContext {
  const [service = "", environment = ""] = keyName.split("-");
  return { owner: { keyName, service, environment, owner: "team-publishing@acme.example" }, variables };
}
