/**
 * What keeps a key from being rolled back, in words: the reason, and what to do instead. Nothing is changed by then.
 */
import type { Decision } from "../../model/decision";
import { KeyturnError } from "../../model/error";
import { isManageable, type Generations } from "../../model/generations";
import type { Instant } from "../../model/instant";
import { findKey } from "../../model/key-index";
import type { ListedKey } from "../../model/listed-key";
import type { Holding } from "../../stores";
import type { DeclaredKey } from "./declared-key";

/** What is to be rolled back. */
export interface RollBackRequest {
  readonly declared: DeclaredKey;
  /** The key that Terraform's state has. */
  readonly keyIdInState: string;
  /** Whether nothing is to be changed, only found out. */
  readonly isDryRun: boolean;
}

/** What there was at the beginning. */
export interface Look extends RollBackRequest {
  readonly keys: readonly ListedKey[];
  readonly generations: Generations;
  readonly holdings: readonly Holding[];
  /** The API's time. */
  readonly now: Instant;
}

/** From one generation to another. */
export interface Step {
  readonly from: ListedKey;
  readonly to: ListedKey;
}

/** @throws KeyturnError if a secret is where none is kept but the present one */
export function requireStoresThatKeep({ logicalName, stores, isInState }: DeclaredKey): void {
  if (stores.length > 0 && !isInState) return;
  throw refused(
    logicalName,
    `its secret is ${stores.length > 0 ? "also " : ""}in Terraform's state, which keeps no secret but the present one`,
    "Add a value to rotation_triggers and deploy, which makes a new key",
  );
}

/** @throws KeyturnError unless every store can go from the one to the other, or has done so */
export function requireKept({ from, to }: Step, { declared, holdings }: Look): void {
  for (const { store, held } of holdings) {
    if (!held || held.current === to.id || (held.current === from.id && held.previous === to.id)) continue;
    const content = held.foreign ?? (held.current === undefined ? "nothing" : `the secret of the key ${held.current}`);
    const kept =
      held.current === from.id
        ? "does not keep the secret"
        : `holds ${content}, and not the secret of ${from.id} after that`;
    throw refused(
      declared.logicalName,
      `${store.description} ${kept} of the key ${to.id}, which was the one before`,
      "Add a value to rotation_triggers and deploy, which makes a new key",
    );
  }
}

/** Why there is nothing to go back to, and what to do. Only where the decisions say so. */
export function whyNot(decisions: readonly Decision[], look: Look): [reason: string, advice: string] {
  const { keys, generations, holdings, keyIdInState } = look;
  if (!findKey(keys, keyIdInState) && Object.values(generations).flat().length === 0) {
    return [
      `the API lists neither the key ${keyIdInState} of Terraform's state nor another one of that name`,
      "Check that the credential and the endpoint are those of the key's workspace",
    ];
  }
  const reasons = decisions.flatMap((each) => (each.kind === "keep" ? each.missing.map(({ reason }) => reason) : []));
  const dead = holdings.map(({ held }) => held?.current).find((id) => id !== undefined && !works(keys, id));
  if (dead !== undefined) {
    return [
      `the delivery targets hand out the secret of the key ${dead}, which does not work any more`,
      "Add a value to rotation_triggers and deploy at once, which makes a new key",
    ];
  }
  const gone = holdings.map(({ held }) => held?.previous).find((id) => id !== undefined && !works(keys, id));
  const isRevoked = gone !== undefined && generations.retiring.length === 0;
  return [
    isRevoked
      ? `the key ${gone}, which was the one before, is revoked`
      : [...new Set(reasons)].join(", and ") || "none of its keys has a name that keyturn gives",
    isRevoked || generations.retiring.length === 0
      ? "Add a value to rotation_triggers and deploy, which makes a new key"
      : "Deploy, and try again",
  ];
}

function works(keys: readonly ListedKey[], id: string): boolean {
  const key = findKey(keys, id);
  return key !== undefined && isManageable(key);
}

/** The error for a roll-back that is not begun. */
export function refused(logicalName: string, reason: string, advice: string): KeyturnError {
  return new KeyturnError(
    "KEY_STATE",
    `the key ${logicalName} cannot be rolled back: ${reason}. Nothing was changed. ${advice}`,
  );
}
