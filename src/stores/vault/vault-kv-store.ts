/**
 * A store that keeps the secret in a KV engine (version 2) of Vault or OpenBao, in one field: `vault kv get -field=value secret/PATH`.
 *
 * A delivery is one request that writes a version, if nobody else has written it: the secret, and beside it the record of whose it is. Then
 * a note of that record goes to the custom metadata, so that `current` needs the right to read the metadata only. Where a run was killed
 * between the two, or somebody else has written, the version itself is read, and so it is before anything is written or destroyed: whoever may
 * write the metadata alone must not have a secret overwritten. The secret before the current one is the version before it.
 */
import { systemClock } from "../../model/clock";
import { KeyturnError } from "../../model/error";
import { Secret } from "../../model/secret";
import {
  vaultKvDefaults,
  vaultKvTargetPlace,
  vaultKvTargetProblems,
  type VaultKvTarget,
} from "../../model/vault-kv-target";
import type { HttpLimits } from "../http";
import { oneAtATime } from "../one-at-a-time";
import type { HeldKeys, HeldSecret, SecretDelivery, Store, StoreContext } from "../store";
import { KvApi } from "./kv-api";
import type { KvDocument } from "./kv-body";
import {
  customMetadataLimits,
  fitsRecord,
  recordText,
  withNote,
  withoutNote,
  type VersionNote,
  type VersionRecord,
} from "./kv-record";
import { holdingOf, notedRecord, readableVersion, type KvHolding, type KvMetadata } from "./kv-secret";
import { KvVersionConflict, writeKvVersion } from "./kv-write";
import { vaultSession } from "./vault-session";
import { vaultServer } from "./vault-settings";

/** The rights that deliveries take, and taking them back. */
const rights = [
  ["read", "metadata"],
  ["create", "metadata"],
  ["update", "metadata"],
  ["update", "data"],
  ["read", "data"],
  ["update", "destroy"],
] as const;

/**
 * The number of versions to keep where none is set for the secret: as many as the engine keeps if nobody sets anything. The larger number
 * of the two counts, so an engine that keeps one version only keeps the previous secret all the same.
 */
const keptVersions = 10;

interface Seen {
  readonly metadata: KvMetadata;
  readonly holding: KvHolding;
  /** Whether the custom metadata tell the same of the current version. */
  readonly isNoted: boolean;
}

/** The secret of one logical key in a KV engine. */
export class VaultKvStore implements Store {
  readonly description: string;
  readonly #target: VaultKvTarget & Required<Pick<VaultKvTarget, "mount" | "path" | "field">>;
  readonly #context: StoreContext;
  readonly #limits: Partial<HttpLimits>;
  readonly #place: string;
  #kv: KvApi | undefined;

  /**
   * @param limits how long a request may take, and how often it is tried. @default - as for every store
   * @throws KeyturnError INVALID_VALUE if the target cannot be meant
   */
  constructor(target: VaultKvTarget, context: StoreContext, limits: Partial<HttpLimits> = {}) {
    const [problem] = vaultKvTargetProblems(target);
    if (problem) throw new KeyturnError("INVALID_VALUE", problem.problem);
    this.#target = { ...vaultKvDefaults, ...target };
    this.#context = context;
    this.#limits = limits;
    this.#place = vaultKvTargetPlace(target);
    this.description = `the Vault secret ${this.#target.mount}/${this.#target.path}${whereabouts(target, context)}`;
  }

  async check(): Promise<void> {
    await this.#attempt("written", async () => {
      const { metadata } = await this.#ownSecret();
      if (metadata.areVersionsDeleted) {
        throw this.#refusal(
          "delete_version_after is set for it, so that the secret would be gone after a time. Set it to 0s",
        );
      }
      const missing = await this.#api().missingRights(rights);
      if (missing.length > 0) {
        throw new KeyturnError(
          "STORE_UNREACHABLE",
          `a right is missing: ${missing.join(", ")}. Add it to the policy; ` +
            "read on data and update on destroy are for taking a delivery back, when a rotation fails",
        );
      }
    });
  }

  async current(): Promise<HeldKeys> {
    return await this.#attempt("read", async () => {
      const { current, previous, foreign } = await this.#told();
      return {
        current: current?.keyId,
        previous: previous?.keyId,
        // Its readers are told to look into a field that is not there yet.
        ...(current && current.field !== this.#target.field && { isForOthers: true }),
        foreign,
      };
    });
  }

  async read(): Promise<HeldSecret | undefined> {
    return await this.#attempt("read", async () => {
      const kv = this.#api();
      await kv.verifyEngine();
      const found = await kv.readVersion();
      const current = found && holdingOf(found.metadata, found.record, this.#context.owner.keyName).current;
      if (!current) return undefined;
      const secret = found.document[current.field];
      if (secret instanceof Secret) return { keyId: current.keyId, secret };
      throw new KeyturnError("STORE_UNREACHABLE", `its field ${JSON.stringify(current.field)} holds no text`);
    });
  }

  async put({ keyId, secret }: SecretDelivery): Promise<void> {
    await this.#attempt("written", async () => {
      const seen = await this.#ownSecret();
      await this.#finish(seen);
      const { current } = seen.holding;
      if (current?.keyId === keyId) return;
      const predecessor = current && { keyId: current.keyId, version: current.version };
      const { field } = this.#target;
      await this.#write(seen, { keyId, predecessor, field, replaces: [] }, { [field]: secret });
    });
  }

  async restorePrevious(keyId: string): Promise<void> {
    await this.#attempt("restored", async () => {
      const seen = await this.#look();
      await this.#finish(seen);
      const { current, previous } = seen.holding;
      if (current?.keyId !== keyId) return;
      if (!current.predecessor) {
        await this.#api().destroyVersions([current.version]);
        await this.#api().writeMetadata({ custom_metadata: withoutNote(seen.metadata.custom) });
        return;
      }
      const kept = previous && (await this.#api().readVersion(previous.version));
      if (kept?.record?.keyId !== current.predecessor.keyId) {
        throw this.#refusal(
          `the secret of the key ${current.predecessor.keyId}, which was current before, is no longer kept`,
        );
      }
      const replaces = [current.version, kept.record.version];
      await this.#write(seen, { ...restored(kept.record), replaces }, kept.document);
      await this.#api().destroyVersions(replaces);
    });
  }

  /** Writes the next version, and then notes whose it is. */
  async #write(
    { metadata }: Seen,
    next: Omit<VersionRecord, "version" | "keyName">,
    document: KvDocument,
  ): Promise<void> {
    if (!fitsRecord(next.keyId)) {
      throw this.#refusal(`the id ${JSON.stringify(next.keyId)} cannot stand in its metadata`);
    }
    const record = { ...next, keyName: this.#context.owner.keyName, version: metadata.currentVersion + 1 };
    this.#notedIn(metadata.custom, { record, createdAt: metadata.servedAt });
    // Before the write, which would do away with the version before where the engine keeps one.
    if (metadata.maxVersions === 0) await this.#api().writeMetadata({ max_versions: keptVersions });
    const parts = { kv: this.#api(), clock: this.#limits.clock ?? systemClock };
    const { version, custom } = await writeKvVersion({ record, document }, parts).catch((error: unknown) => {
      throw error instanceof KvVersionConflict ? this.#refusal(error.message) : error;
    });
    await this.#note({ record, createdAt: version.createdAt }, custom);
    if (version.deletedAt) {
      throw this.#refusal(
        `the engine would delete what was written to it at ${version.deletedAt.toString()}. Set delete_version_after of the engine to 0s`,
        "must not be used",
      );
    }
  }

  /** Does what a run left undone that was killed: notes whose the current version is, and destroys what that one has taken back. */
  async #finish({ metadata, holding: { current, leftovers }, isNoted }: Seen): Promise<void> {
    const version = metadata.versions.get(metadata.currentVersion);
    if (!current || !version) return;
    if (!isNoted) await this.#note({ record: current, createdAt: version.createdAt }, metadata.custom);
    if (leftovers.length > 0) await this.#api().destroyVersions(leftovers);
  }

  async #note(note: VersionNote, custom: KvMetadata["custom"]): Promise<void> {
    await this.#api().writeMetadata({ custom_metadata: this.#notedIn(custom, note) });
  }

  /** @throws KeyturnError STORE_REFUSED if there is no room for the note */
  #notedIn(custom: KvMetadata["custom"], note: VersionNote): KvMetadata["custom"] {
    const noted = withNote(custom, this.#context.owner, note);
    if (Object.keys(noted).length <= customMetadataLimits.entries) return noted;
    throw this.#refusal(`its custom metadata have no room: it may have ${customMetadataLimits.entries} entries`);
  }

  /** What is there, as far as the metadata tell. The version itself is read only where they do not. */
  async #told(): Promise<KvHolding> {
    const metadata = await this.#metadata();
    const record = notedRecord(metadata) ?? (await this.#recordIn(metadata));
    return holdingOf(metadata, record, this.#context.owner.keyName);
  }

  /** What is there, as the version itself says. */
  async #look(): Promise<Seen> {
    const metadata = await this.#metadata();
    const [noted, record] = [notedRecord(metadata), await this.#recordIn(metadata)];
    const isNoted = noted !== undefined && record !== undefined && recordText(noted) === recordText(record);
    return { metadata, holding: holdingOf(metadata, record, this.#context.owner.keyName), isNoted };
  }

  async #metadata(): Promise<KvMetadata> {
    const kv = this.#api();
    await kv.verifyEngine();
    return await kv.readMetadata();
  }

  async #recordIn(metadata: KvMetadata): Promise<VersionRecord | undefined> {
    if (!readableVersion(metadata)) return undefined;
    return (await this.#api().readVersion(metadata.currentVersion))?.record;
  }

  /**
   * What is there, if a delivery may replace it.
   * @throws KeyturnError STORE_REFUSED if it is not of this logical key, or if what is replaced would not be kept
   */
  async #ownSecret(): Promise<Seen> {
    const seen = await this.#look();
    if (seen.holding.foreign !== undefined) {
      throw this.#refusal(
        `it holds ${seen.holding.foreign}, and not one of the logical key ${this.#context.owner.keyName}. ` +
          "Move it away, or deliver to another path; nothing has been overwritten",
      );
    }
    if (seen.metadata.maxVersions === 1) {
      throw this.#refusal("max_versions is 1 for it, so that the secret before would not be kept. Set it to 2 or more");
    }
    return seen;
  }

  #api(): KvApi {
    return (this.#kv ??= new KvApi(
      vaultSession(vaultServer(this.#target, this.#context.variables), this.#context.variables, this.#limits),
      this.#target.mount,
      this.#target.path,
    ));
  }

  async #attempt<Result>(what: "read" | "written" | "restored", work: () => Promise<Result>): Promise<Result> {
    try {
      return await oneAtATime(this.#place, work);
    } catch (error) {
      if (!(error instanceof KeyturnError) || error.code !== "STORE_UNREACHABLE") throw error;
      throw new KeyturnError("STORE_UNREACHABLE", `${this.description} cannot be ${what}: ${error.message}`, {
        cause: error,
      });
    }
  }

  #refusal(reason: string, what = "is left as it is"): KeyturnError {
    return new KeyturnError("STORE_REFUSED", `${this.description} ${what}: ${reason}`);
  }
}

/** Where the secret is, as far as it is known before anything is asked for. */
function whereabouts(target: VaultKvTarget, { variables }: StoreContext): string {
  try {
    const { origin, namespace } = vaultServer(target, variables);
    return `${namespace ? ` in the namespace ${namespace}` : ""} at ${origin}`;
  } catch {
    return "";
  }
}

/** What a secret is that is written again. What was current before that one is not kept for a second step back. */
function restored({
  keyId,
  predecessor,
  field,
}: VersionRecord): Pick<VersionRecord, "keyId" | "predecessor" | "field"> {
  return { keyId, field, predecessor: predecessor && { keyId: predecessor.keyId, version: undefined } };
}
