/**
 * Ends a key: at once when the whole logical key is destroyed, by the rules of retirement when another key has taken over.
 */
import type { KeyApiClient } from "../../client";
import type { Diagnostics } from "../../framework";
import { KeyturnError } from "../../model/error";
import { findKey } from "../../model/key-index";
import { generationsOf, isManageable } from "../../model/generations";
import { phaseOf } from "../../model/key-name";
import type { ListedKey } from "../../model/listed-key";
import type { RotationPolicy } from "../../model/rotation-policy";
import type { ProviderData } from "../provider-data";
import { retireKey, type KnownSuccessor, type RetirementOutcome } from "../rotation/retire-key";
import { severalActive } from "../rotation/rotate-key";
import type { RememberedProof, Snapshot } from "./evidence";
import { judgeLeftover } from "./judge-leftover";
import { refuseOtherWorkspace } from "./workspace";

/** The key to end. */
export interface KeyToEnd {
  readonly keyId: string;
  readonly logicalName: string;
  /** What the last refresh saw; undefined if there was none. */
  readonly snapshot: Snapshot | undefined;
  readonly policy: RotationPolicy;
  readonly successor: (keyId: string) => KnownSuccessor | undefined;
}

/** Ends a key, or says in `diagnostics` why it has to stay. @throws KeyturnError if nothing could be decided; the key stays in the state */
export async function deleteApiKey(
  toEnd: KeyToEnd,
  data: ProviderData,
  { diagnostics, signal }: { readonly diagnostics: Diagnostics; readonly signal: AbortSignal },
): Promise<void> {
  const client = data.client();
  const { keyId, logicalName } = toEnd;
  const isReplaced = await data.locks.run(logicalName, async () => await endAtOnce(client, toEnd, diagnostics));
  // Waiting for the end of an overlap must not keep anybody else from the keys of this name.
  if (!isReplaced) return;
  const outcome = await retireKey(client, toEnd, { clock: data.clock, signal });
  reportRetirement(outcome, { keyId, logicalName }, diagnostics);
}

/**
 * Revokes the key, and the others of its name that may go, if it is the active one.
 * @returns whether another key has taken over, so that the rules of retirement hold for this one
 */
async function endAtOnce(
  client: KeyApiClient,
  { keyId, logicalName, snapshot, policy }: KeyToEnd,
  diagnostics: Diagnostics,
): Promise<boolean> {
  const { keys, servedAt } = await client.list({ fresh: true });
  const key = findKey(keys, keyId);
  if (!key || !isManageable(key)) {
    await refuseOtherWorkspace(client, keys, { keyId, workspaceId: snapshot?.workspaceId });
    return false;
  }
  const { active, retiring, pending } = generationsOf(keys, logicalName);
  if (phaseOf(key.name, logicalName) === "retiring") return true;
  const others = active.filter(({ id }) => id !== keyId);
  if (others.length > 0) throw severalActive(logicalName, [key, ...others]);

  // A replaced key may be in use by somebody who never heard of this one. It goes along only if its time has come.
  const proof = snapshot ?? { provenAt: undefined, noticedWithin: undefined };
  const successor = { createdAt: key.createdAt, lastUsedAt: key.lastUsedAt, ...pickProof(proof) };
  const context = { logicalName, policy, now: servedAt };
  const leftovers = [...pending, ...retiring];
  const leaving = leftovers.filter((leftover) => judgeLeftover(leftover, successor, context).kind === "due");
  for (const { id } of [...leaving, key]) await client.revoke(id);
  reportStaying(
    leftovers.filter((leftover) => !leaving.includes(leftover)),
    logicalName,
    diagnostics,
  );
  return false;
}

function pickProof({ provenAt, noticedWithin }: RememberedProof): RememberedProof {
  return { provenAt, noticedWithin };
}

function reportStaying(staying: readonly ListedKey[], logicalName: string, diagnostics: Diagnostics): void {
  if (staying.length === 0) return;
  diagnostics.warning({
    summary: "Replaced keys still work",
    detail:
      `The active key ${logicalName} was revoked, but not the older ones that it had replaced, since they may still be in use: ` +
      `${staying.map(({ id, name }) => `${name} (${id})`).join(", ")}. Nothing manages them any more. Revoke them by hand when they are not needed.`,
  });
}

/** The error for a replacement that would end the old key before the new one exists. */
export function destroyedFirst(): KeyturnError {
  return new KeyturnError(
    "KEY_STATE",
    "this replacement would revoke the key before its successor exists, and the service would have none. Nothing was revoked. " +
      "Set create_before_destroy = true in the lifecycle block of the key",
  );
}

/** Says that a key that was imported, and to which no configuration was ever applied, is left alone. */
export function reportUnadopted(keyId: string, diagnostics: Diagnostics): void {
  diagnostics.warning({
    summary: "The imported key still works",
    detail:
      `The key ${keyId} was imported, but no configuration was ever applied to it, so nothing is known of who uses it. ` +
      "It was left as it is, and is not managed any more. Revoke it by hand if it is not in use.",
  });
}

function reportRetirement(
  outcome: RetirementOutcome,
  { keyId, logicalName }: { readonly keyId: string; readonly logicalName: string },
  diagnostics: Diagnostics,
): void {
  switch (outcome.kind) {
    case "revoked":
    case "gone":
      return;
    case "kept":
      diagnostics.warning({
        summary: "The replaced key still works",
        detail:
          `The key ${keyId}, which was replaced as ${logicalName}, was not revoked, because ${outcome.missing.map(({ reason }) => reason).join(", and ")}. ` +
          "It is listed in the attribute retiring of the key that took over. When it may be revoked, a plan shows it leaving that list.",
      });
      return;
    case "no-successor":
      diagnostics.error({
        summary: "The replaced key was not revoked",
        detail:
          `The key ${keyId} is named as a replaced key of ${logicalName}, but no active key of that name exists, so it may be the last one that works. ` +
          "Apply the configuration of the key again; when a new key is active, this one is revoked by the usual rules. " +
          `If there is to be no new key, name this one ${logicalName} again on the API, and then destroy it.`,
      });
      return;
    default:
      return outcome satisfies never;
  }
}
