/**
 * A store that keeps the secret in a key-value engine, version 2, of HashiCorp Vault or OpenBao.
 *
 * Every write is one with check-and-set, so a change of somebody else in between is refused and never overwritten. Whose secret a
 * version is stands in the custom metadata (see secret-metadata.ts), which can be read without a right to the secret.
 */
import { KeyturnError } from "../../model/error";
import { Secret } from "../../model/secret";
import { trimmed, vaultKvDefaults, vaultKvTargetProblems, type VaultKvTarget } from "../../model/vault-kv-target";
import { oneAtATime } from "../one-at-a-time";
import type { HeldKeys, HeldSecret, SecretDelivery, Store, StoreContext, StoreOwner } from "../store";
import { KvSecret, type Fields } from "./kv-secret";
import { customWith, entryOf, isThere, keyNameEntry, type LedgerEntry, type SecretMetadata } from "./secret-metadata";
import { VaultSession, vaultVariable } from "./vault-session";

/** The field beside the secret that says whose it is, for who may read the secret. */
const keyIdSuffix = "_keyturn_key_id";

/** The secret of one logical key in Vault or OpenBao. */
export class VaultKvStore implements Store {
  readonly description: string;
  readonly #owner: StoreOwner;
  readonly #secret: KvSecret;
  readonly #hasAddress: boolean;
  readonly #field: string;

  /** @throws KeyturnError INVALID_VALUE if the target cannot be meant, or if no address is given */
  constructor(target: VaultKvTarget, { owner, variables }: StoreContext) {
    const [first] = vaultKvTargetProblems(target);
    if (first) throw new KeyturnError("INVALID_VALUE", first.problem);
    const address = target.address ?? vaultVariable(variables, "ADDR") ?? "";
    const mount = trimmed(target.mount ?? vaultKvDefaults.mount);
    this.#owner = owner;
    this.#hasAddress = address !== "";
    this.#field = target.field ?? vaultKvDefaults.field;
    this.description = `the secret ${mount}/${trimmed(target.path)} in Vault${address === "" ? "" : ` (${address})`}`;
    const session = new VaultSession(
      {
        address: address.replace(/\/+$/, ""),
        namespace: target.namespace ?? vaultVariable(variables, "NAMESPACE"),
        caFile: vaultVariable(variables, "CACERT"),
      },
      variables,
    );
    this.#secret = new KvSecret(session, { mount, path: trimmed(target.path) });
  }

  async check(): Promise<void> {
    await this.#attempt("written", async () => {
      await this.#secret.requireSecondVersion();
      const metadata = await this.#secret.metadata();
      await this.#requireOurs(metadata);
      if (metadata.maxVersions === 1) {
        throw this.#refusal(
          "it keeps one version only, so the secret before would be lost. Set its max_versions to 2 or more",
        );
      }
      await this.#secret.requireRights();
    });
  }

  async current(): Promise<HeldKeys> {
    return await this.#attempt("read", async () => await this.#held(await this.#secret.metadata()));
  }

  async read(): Promise<HeldSecret | undefined> {
    return await this.#attempt("read", async () => {
      const metadata = await this.#secret.metadata();
      const { current } = await this.#held(metadata);
      if (current === undefined) return undefined;
      const data = await this.#secret.fields(metadata.currentVersion);
      const secret = data?.[this.#field];
      if (typeof secret !== "string")
        throw this.#refusal(`its version ${metadata.currentVersion} has no field ${this.#field}`);
      return { keyId: current, secret: new Secret(secret) };
    });
  }

  async put({ keyId, secret }: SecretDelivery): Promise<void> {
    await this.#attempt("written", async () => {
      const metadata = await this.#secret.metadata();
      await this.#requireOurs(metadata);
      const { current } = await this.#held(metadata);
      if (current === keyId) return;
      const after = current === undefined ? undefined : { version: metadata.currentVersion, keyId: current };
      await this.#write(
        metadata,
        { keyId, after },
        { ...(await this.#otherFields(metadata)), [this.#field]: secret.reveal() },
      );
    });
  }

  async restorePrevious(keyId: string): Promise<void> {
    await this.#attempt("restored", async () => {
      const metadata = await this.#secret.metadata();
      const { current } = await this.#held(metadata);
      if (current !== keyId) return;
      const taken = metadata.currentVersion;
      const after = entryOf(metadata, taken)?.after;
      if (after) {
        const data = isThere(metadata, after.version) ? await this.#secret.fields(after.version) : undefined;
        if (!data)
          throw this.#refusal(
            `it does not hold the secret of the key ${after.keyId} any more, which was current before`,
          );
        // One step back is kept, and no more: what was before that is said to have been, and to be gone.
        const earlier = entryOf(metadata, after.version)?.after;
        await this.#write(metadata, { keyId: after.keyId, after: earlier && { ...earlier, version: 0 } }, data);
      }
      await this.#secret.destroy(taken);
    });
  }

  /** Writes the entry, the version, and the entry once more. */
  async #write(
    metadata: SecretMetadata,
    { keyId, after }: Omit<LedgerEntry, "createdAt">,
    fields: Fields,
  ): Promise<void> {
    const version = metadata.currentVersion + 1;
    const owned = { ...metadata.custom, ...this.#labels() };
    const entry = { keyId, after, createdAt: undefined };
    await this.#secret.writeCustom(customWith(owned, version, entry));
    const data = { ...fields, [this.#field + keyIdSuffix]: keyId };
    const createdAt = await this.#secret.writeVersion(metadata.currentVersion, data);
    await this.#secret.writeCustom(customWith(owned, version, { ...entry, createdAt }));
  }

  #labels(): Readonly<Record<string, string>> {
    const { keyName, service, environment, owner } = this.#owner;
    return {
      [keyNameEntry]: keyName,
      keyturn_service: service,
      keyturn_environment: environment,
      ...(owner !== "" && { keyturn_owner: owner.slice(0, 512) }),
    };
  }

  async #held(metadata: SecretMetadata): Promise<HeldKeys> {
    const { currentVersion, custom } = metadata;
    const nothing = { current: undefined, previous: undefined, foreign: undefined };
    const name = custom[keyNameEntry];
    if (name !== undefined && name !== this.#owner.keyName) {
      return { ...nothing, foreign: `the secret of the key ${name}` };
    }
    if (!isThere(metadata, currentVersion)) return nothing;
    const entry = entryOf(metadata, currentVersion);
    if (name === undefined || !entry || !(await this.#isConfirmed(entry, currentVersion))) {
      return { ...nothing, foreign: `a version, ${currentVersion}, that somebody else has written` };
    }
    const { keyId, after } = entry;
    return {
      ...nothing,
      current: keyId,
      previous: after && isThere(metadata, after.version) ? after.keyId : undefined,
    };
  }

  /** A run that was cut short before it could confirm its entry leaves it to the version to say whose it is. */
  async #isConfirmed({ keyId, createdAt }: LedgerEntry, version: number): Promise<boolean> {
    if (createdAt !== undefined) return true;
    return (await this.#secret.fields(version))?.[this.#field + keyIdSuffix] === keyId;
  }

  /** What else is in the secret stays there. */
  async #otherFields(metadata: SecretMetadata): Promise<Fields> {
    if (!isThere(metadata, metadata.currentVersion)) return {};
    return (await this.#secret.fields(metadata.currentVersion)) ?? {};
  }

  async #requireOurs(metadata: SecretMetadata): Promise<void> {
    const { foreign } = await this.#held(metadata);
    if (foreign === undefined) return;
    throw this.#refusal(
      `it holds ${foreign}, and was not put there for the key ${this.#owner.keyName}. Deliver to another path, or move it away; nothing has been overwritten`,
    );
  }

  #refusal(reason: string): KeyturnError {
    return new KeyturnError("STORE_REFUSED", `${this.description} is left as it is: ${reason}`);
  }

  async #attempt<Result>(what: "read" | "written" | "restored", work: () => Promise<Result>): Promise<Result> {
    try {
      if (!this.#hasAddress) {
        throw new KeyturnError(
          "STORE_UNREACHABLE",
          "nothing says where the server is; set VAULT_ADDR, or name its address",
        );
      }
      return await oneAtATime(this.description, work);
    } catch (error) {
      const known = error instanceof KeyturnError ? error : undefined;
      if (known?.message.startsWith(this.description)) throw known;
      const why = error instanceof Error ? error.message : String(error);
      throw new KeyturnError(known?.code ?? "STORE_UNREACHABLE", `${this.description} cannot be ${what}: ${why}`, {
        cause: error,
      });
    }
  }
}
