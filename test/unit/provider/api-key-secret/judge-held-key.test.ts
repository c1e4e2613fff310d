import type { ListedKey } from "../../../../src/model/listed-key";
import { Instant } from "../../../../src/model/instant";
import { judgeHeldKey } from "../../../../src/provider/api-key-secret/judge-held-key";

const logicalName = "scheduler-prod";
const tag = "20260301t120000z0123abcd";
const active: ListedKey = { id: "active", name: logicalName };
const pending: ListedKey = { id: "pending", name: `${logicalName}~pending~${tag}` };
const retiring: ListedKey = { id: "retiring", name: `${logicalName}~retiring~${tag}` };
const rolledBack: ListedKey = { id: "rolled back", name: `${logicalName}~rolledback~${tag}` };
const renamed: ListedKey = { id: "renamed", name: "something" };
const revoked: ListedKey = { id: "revoked", name: logicalName, revokedAt: Instant.parse("2026-03-01T12:00:00Z") };
const ofOAuth: ListedKey = { id: "oauth", name: logicalName, source: "oauth" };

test.each<[name: string, held: string, keys: readonly ListedKey[], wanted: string | undefined, verdict: string]>([
  ["the active key", "active", [active, retiring], undefined, "current"],
  ["the active key, which is the one that is wanted", "active", [active], "active", "current"],
  ["another key than the one that is wanted", "active", [active], "newer", "refused: and not that of newer"],
  ["a key that is not there any more", "gone", [active], undefined, "refused: does not work any more"],
  ["the wanted key, which is not there any more", "gone", [active], "gone", "refused: does not work any more"],
  ["a key that is revoked", "revoked", [active, revoked], undefined, "refused: does not work any more"],
  ["a key of an OAuth client", "oauth", [ofOAuth], undefined, "refused: does not work any more"],
  ["a replaced key", "retiring", [active, retiring], undefined, "refused: has been replaced by active"],
  ["a replaced key that is wanted", "retiring", [active, retiring], "retiring", "refused: has been replaced by active"],
  [
    "a key that was rolled back",
    "rolled back",
    [active, rolledBack],
    undefined,
    "refused: has been replaced by active",
  ],
  ["a key that is being made", "pending", [active, pending], undefined, "unfinished"],
  ["a replaced key while none is active", "retiring", [retiring, rolledBack], undefined, "unfinished"],
  ["a key of another name", "renamed", [renamed], undefined, `refused: is named "something"`],
  ["a key of another name that is wanted", "renamed", [renamed], "renamed", "unfinished"],
  ["a key of another logical name", "other", [{ id: "other", name: "worker-prod" }], undefined, "refused: is named"],
])("a store that holds %s", (_name, held, keys, keyId, verdict) => {
  const judgement = judgeHeldKey(held, keys, { logicalName, keyId });
  const [kind, reason = ""] = verdict.split(": ");
  expect(judgement.kind).toBe(kind);
  if (judgement.kind === "refused") expect(judgement.reason).toContain(reason);
  else expect(judgement.key.id).toBe(held);
});
