/**
 * Delivers a secret to all targets of a key, or to none.
 *
 * Where a delivery fails half-way, the targets are taken back to the secret that they had. One that cannot be taken back is named in the
 * error, because the key whose secret it holds must not be revoked.
 */
import { KeyturnError, type ErrorCode } from "../model/error";
import type { SecretDelivery, Store } from "./store";

/** A delivery, or taking one back, has failed in some of the targets. */
export class DeliveryError extends KeyturnError {
  override readonly name = "DeliveryError";

  constructor(
    code: ErrorCode,
    message: string,
    /** The targets that may still hold the new secret as the current one. While there are any, its key must not be revoked. */
    readonly notRestored: readonly Store[],
    /** Whether a target has held it as the current one, if only for a moment. Somebody may have read it then. */
    readonly wasHandedOut: boolean,
    options?: ErrorOptions,
  ) {
    super(code, message, options);
  }
}

/**
 * Finds out whether a secret could be put into every store now. All are asked, so that the error names all that is wrong.
 * @throws KeyturnError with the code of the first problem
 */
export async function checkAll(stores: readonly Store[]): Promise<void> {
  const problems = await failures(stores, (store) => store.check());
  const first = problems[0];
  if (!first) return;
  throw new KeyturnError(codeOf(first.error), problems.map(({ error }) => messageOf(error)).join("\n"), {
    cause: first.error,
  });
}

/**
 * Puts a secret into every store, in order.
 * @throws DeliveryError if one fails: it names that target, and says whether all are back at the secret that they had
 */
export async function deliverToAll(stores: readonly Store[], delivery: SecretDelivery): Promise<void> {
  for (const [index, store] of stores.entries()) {
    try {
      await store.put(delivery);
    } catch (error) {
      // The one that failed may have got half-way.
      const wasHandedOut = index > 0 || (await mayHold(store, delivery.keyId));
      throw await takenBack(stores.slice(0, index + 1), { keyId: delivery.keyId, reason: error, wasHandedOut });
    }
  }
}

/**
 * Takes a delivery back from every store, the last one first. A store where the key is not current is left as it is.
 * @throws DeliveryError if a store could not be taken back; the others are
 */
export async function restoreAll(stores: readonly Store[], keyId: string): Promise<void> {
  const failed = await failedRestores(stores, { keyId, delivered: stores });
  const first = failed[0];
  if (first) throw new DeliveryError(codeOf(first.error), describeFailures(failed), storesOf(failed), true);
}

interface Failure {
  readonly store: Store;
  readonly error: unknown;
}

/** Whether a key's secret is the current one, or nobody can tell. */
async function mayHold(store: Store, keyId: string): Promise<boolean> {
  try {
    return (await store.current()).current === keyId;
  } catch {
    return true;
  }
}

async function takenBack(
  stores: readonly Store[],
  { keyId, reason, wasHandedOut }: { readonly keyId: string; readonly reason: unknown; readonly wasHandedOut: boolean },
): Promise<DeliveryError> {
  const failed = await failedRestores(stores, { keyId, delivered: stores.slice(0, -1) });
  const outcome = failed.length === 0 ? restored(stores.slice(0, -1)) : describeFailures(failed);
  const message = `${messageOf(reason)}. ${outcome}`;
  return new DeliveryError(codeOf(reason), message, storesOf(failed), wasHandedOut, { cause: reason });
}

function restored(earlier: readonly Store[]): string {
  if (earlier.length === 0) return "No other delivery target has been changed";
  return `Restored to the secret of before: ${earlier.map(({ description }) => description).join(", ")}`;
}

function describeFailures(failed: readonly Failure[]): string {
  return failed
    .map(({ store, error }) => `The previous secret could not be restored in ${store.description}: ${messageOf(error)}`)
    .join(". ");
}

/** @param delivered the stores that have taken the secret */
async function failedRestores(
  stores: readonly Store[],
  { keyId, delivered }: { readonly keyId: string; readonly delivered: readonly Store[] },
): Promise<readonly Failure[]> {
  return await failures([...stores].reverse(), async (store) => {
    await store.restorePrevious(keyId);
    if (delivered.includes(store)) await requireOurs(store);
  });
}

/** What has taken the secret a moment ago, and holds somebody else's now, may hand out either. */
async function requireOurs(store: Store): Promise<void> {
  const { foreign } = await store.current();
  if (foreign === undefined) return;
  throw new KeyturnError("STORE_REFUSED", `it holds ${foreign}, since somebody else has changed it in the meantime`);
}

async function failures(stores: readonly Store[], act: (store: Store) => Promise<void>): Promise<readonly Failure[]> {
  const failed: Failure[] = [];
  for (const store of stores) {
    try {
      await act(store);
    } catch (error) {
      failed.push({ store, error });
    }
  }
  return failed;
}

function storesOf(failed: readonly Failure[]): readonly Store[] {
  return failed.map(({ store }) => store);
}

function codeOf(error: unknown): ErrorCode {
  return error instanceof KeyturnError ? error.code : "STORE_UNREACHABLE";
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
