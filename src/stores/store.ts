/**
 * A store: one place that the secret of one logical key is delivered to.
 *
 * It keeps two secrets, the current one and the one before, each with the id of its key, so that a delivery can be taken back. Ids can be
 * read without being able to read secrets. A store never overwrites what it has not put there for this very key.
 */
import type { Secret } from "../model/secret";

/** What every store is opened with, whatever its kind. */
export interface StoreContext {
  /** Whose secret it keeps. A store refuses to overwrite the secret of another logical key. */
  readonly owner: StoreOwner;
  /** The environment variables of the process: credentials come from there, never from a configuration. */
  readonly variables: Readonly<Record<string, string | undefined>>;
}

/** The logical key whose secret a store keeps, and who answers for it. */
export interface StoreOwner {
  /** The name of the logical key: `scheduler-prod`. */
  readonly keyName: string;
  readonly service: string;
  readonly environment: string;
  /** Who answers for the key. A store that has labels for people shows it there. */
  readonly owner: string;
}

/** A secret that was read back, and whose it is. */
export interface HeldSecret {
  readonly keyId: string;
  readonly secret: Secret;
}

/** A secret on its way to a store. */
export interface SecretDelivery {
  /** The id of the key on the API. It stands beside the secret in clear text. */
  readonly keyId: string;
  readonly secret: Secret;
}

/** Which keys' secrets a store holds, by the ids of the keys. */
export interface HeldKeys {
  /** The key whose secret a reader of the store gets. Undefined if there is none, or if it is not of this logical key: then see `foreign`. */
  readonly current: string | undefined;
  /** The key that becomes current again if the current one is taken back. Undefined if nothing was current before, or if it was not kept. */
  readonly previous: string | undefined;
  /**
   * Whether the current secret is there for others than those that are declared: it was delivered before they were changed, so a reader
   * who is declared now may not be able to read it. @default false
   */
  readonly isForOthers?: boolean;
  /** What stands in the place of the secret and was not put there for this logical key, in words for messages. Undefined if nothing does. */
  readonly foreign: string | undefined;
}

/**
 * One delivery target of one logical key.
 *
 * Every operation throws a `KeyturnError`: `STORE_UNREACHABLE` where the target cannot be read or written, `STORE_REFUSED` where it may not
 * be touched. The message names the target, what is missing, and what to do. None of them holds a secret.
 */
export interface Store {
  /** What and where, in words for messages: `the encrypted file /srv/secrets/scheduler.age`. */
  readonly description: string;

  /**
   * Finds out whether a secret could be put here now, before one is minted. Changes nothing that a reader sees.
   * @throws KeyturnError if it could not
   */
  check(): Promise<void>;

  /** Which keys' secrets are here. Needs no right to read a secret. */
  current(): Promise<HeldKeys>;

  /**
   * The current secret, for whoever may read it. Undefined if there is none of this logical key.
   * @throws KeyturnError also where this kind of store shows its secrets to nobody, or not to this process
   */
  read(): Promise<HeldSecret | undefined>;

  /**
   * Makes a secret the current one; what was current becomes the previous one. Durable when it resolves.
   *
   * If the secret of this key is current already, nothing changes. Interrupted at any moment, the store holds either the old current
   * secret or the new one.
   * @throws KeyturnError STORE_REFUSED if it would overwrite something that was not put here for this logical key
   */
  put(delivery: SecretDelivery): Promise<void>;

  /**
   * Takes a delivery back: if `keyId` is current, what was current before it is current again, or nothing, if there was nothing.
   * Otherwise nothing changes. The secret that is taken back is not kept.
   * @throws KeyturnError STORE_REFUSED if something was current before and is no longer kept; then nothing changes
   */
  restorePrevious(keyId: string): Promise<void>;
}
