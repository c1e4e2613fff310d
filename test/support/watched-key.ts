/** Keys as sources of evidence are asked about them: everything valid, to be changed in one place by each test. */
import type { WatchedKey } from "../../src/evidence/evidence-source";

/** A key that has had its name from the beginning. */
export function watchedKey(changes: Partial<WatchedKey> = {}): WatchedKey {
  return {
    id: "8d7a3f5e-0000-4000-8000-000000000001",
    logicalName: "scheduler-prod",
    names: [{ name: "scheduler-prod", from: undefined, to: undefined }],
    service: "scheduler",
    environment: "prod",
    ...changes,
  };
}
