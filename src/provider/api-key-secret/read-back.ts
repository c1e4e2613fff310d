/**
 * Reads the secret of a logical key back from the first of its stores that gives it, and makes sure whose it is.
 */
import type { KeyApiClient, KeyListing } from "../../client";
import { KeyturnError } from "../../model/error";
import type { ListedKey } from "../../model/listed-key";
import type { Secret } from "../../model/secret";
import { currentEverywhere, heldByAll, type Store } from "../../stores";
import { judgeHeldKey, type WantedKey } from "./judge-held-key";

/** Whose secret, and from where. */
export interface SecretRequest extends WantedKey {
  /** At least one. */
  readonly stores: readonly Store[];
}

/** A secret that was read back. */
export interface SecretReadBack {
  readonly secret: Secret;
  readonly key: ListedKey;
  /** Whether a change of the key was cut short, which the next apply finishes. */
  readonly isUnfinished: boolean;
}

/** @throws KeyturnError that says of every store why it does not give the secret */
export async function readBack(
  request: SecretRequest,
  { client, signal }: { readonly client: KeyApiClient; readonly signal: AbortSignal },
): Promise<SecretReadBack> {
  const found = await readFirst(request, await client.list({ signal }));
  if (found.kind === "read") return found;
  if (!found.problems.some(({ isOfList }) => isOfList)) throw failure(request, found.problems);
  // The list that others were given may be some seconds old, and a key that it does not know newer than that.
  const again = await readFirst(request, await client.list({ signal, fresh: true }));
  if (again.kind === "read") return again;
  throw failure(request, again.problems);
}

/** Why one store does not give the secret. */
interface Problem {
  readonly error: KeyturnError;
  /** Whether a newer list of keys may say otherwise. */
  readonly isOfList: boolean;
}

type Outcome =
  ({ readonly kind: "read" } & SecretReadBack) | { readonly kind: "none"; readonly problems: readonly Problem[] };

async function readFirst(request: SecretRequest, { keys }: KeyListing): Promise<Outcome> {
  const problems: Problem[] = [];
  for (const store of request.stores) {
    try {
      const held = await store.read();
      if (!held) {
        problems.push(problemWith(`${store.description} holds no secret of ${request.logicalName}`));
        continue;
      }
      const judgement = judgeHeldKey(held.keyId, keys, request);
      if (judgement.kind === "refused") {
        problems.push(problemWith(`${store.description} ${judgement.reason}`, true));
        continue;
      }
      const { key } = judgement;
      const isUnfinished = judgement.kind === "unfinished";
      if (isUnfinished && !(await mayBeHandedOn(key, request))) {
        problems.push(
          problemWith(
            `${store.description} holds the secret of the key ${key.id}, which an interrupted run has left unfinished`,
            true,
          ),
        );
        continue;
      }
      return { kind: "read", secret: held.secret, key, isUnfinished };
    } catch (error) {
      if (!(error instanceof KeyturnError)) throw error;
      problems.push({ error, isOfList: false });
    }
  }
  return { kind: "none", problems };
}

/** Whether the change will be finished rather than taken back: the resource goes on with that key, or every store hands it out. */
async function mayBeHandedOn({ id }: ListedKey, { keyId, stores }: SecretRequest): Promise<boolean> {
  return id === keyId || currentEverywhere(await heldByAll(stores)) === id;
}

function problemWith(message: string, isOfList = false): Problem {
  return { error: new KeyturnError("KEY_STATE", message), isOfList };
}

function failure({ logicalName, keyId }: SecretRequest, problems: readonly Problem[]): KeyturnError {
  const reasons = problems.map(({ error }) => error.message.replace(/\.$/, "")).join("; ");
  // Where a store cannot be used at all, that is what has to be put right first.
  const code = problems.find(({ error }) => error.code !== "KEY_STATE")?.error.code ?? "KEY_STATE";
  const advice =
    keyId === undefined
      ? "If the same configuration makes the key, set key_id to its id: then the secret is read after the key was made"
      : "Apply the configuration that makes the key, and see that these are its delivery targets";
  return new KeyturnError(
    code,
    `the secret of ${logicalName} cannot be read back: ${reasons}${code === "KEY_STATE" ? `. ${advice}` : ""}`,
  );
}
