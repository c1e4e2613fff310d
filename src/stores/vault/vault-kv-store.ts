/**
 * A store that keeps the secret in a KV engine (version 2) of Vault or OpenBao, in one field: `vault kv get -field=value secret/PATH`.
 *
 * A delivery is two requests. The first one notes in the metadata which key's secret the next version will be; the second one writes that
 * version, if nobody else has written it. Killed in between, the version of before is current, and is known to be. The secret before the
 * current one is the version before it. `current` needs the right to read the metadata only; see `kv-record.ts` for what is noted there.
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
  readRecords,
  withoutRecords,
  withRecords,
  type VersionRecord,
} from "./kv-record";
import { holdingOf, type KvHolding, type KvMetadata } from "./kv-secret";
import { isSameSecret, KvVersionConflict, writeKvVersion } from "./kv-write";
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
      const { holding } = await this.#see();
      const { current, previous, foreign } = holding;
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
      const current = found && holdingOf(found.metadata, this.#context.owner.keyName).current;
      if (!current) return undefined;
      const secret = found.document[current.field];
      if (secret instanceof Secret) return { keyId: current.keyId, secret };
      throw new KeyturnError("STORE_UNREACHABLE", `its field ${JSON.stringify(current.field)} holds no text`);
    });
  }

  async put({ keyId, secret }: SecretDelivery): Promise<void> {
    await this.#attempt("written", async () => {
      const seen = await this.#ownSecret();
      await this.#removeLeftovers(seen);
      const { current } = seen.holding;
      if (current?.keyId === keyId) return;
      const predecessor = current && { keyId: current.keyId, version: current.version };
      await this.#write(
        seen,
        { keyId, predecessor, field: this.#target.field, replaces: [] },
        { [this.#target.field]: secret },
      );
    });
  }

  async restorePrevious(keyId: string): Promise<void> {
    await this.#attempt("restored", async () => {
      const seen = await this.#see();
      await this.#removeLeftovers(seen);
      const { current, previous } = seen.holding;
      if (current?.keyId !== keyId) return;
      if (!current.predecessor) {
        await this.#api().destroyVersions([current.version]);
        await this.#api().writeMetadata({ custom_metadata: withoutRecords(seen.metadata.custom) });
        return;
      }
      const kept = previous && (await this.#api().readVersion(previous.version));
      if (!kept) {
        throw this.#refusal(
          `the secret of the key ${current.predecessor.keyId}, which was current before, is no longer kept`,
        );
      }
      const replaces = [current.version, previous.version];
      await this.#write(seen, { ...restored(previous, kept.document, seen.metadata), replaces }, kept.document);
      await this.#api().destroyVersions(replaces);
    });
  }

  /** Notes whose secret the next version will be, and writes it. */
  async #write(
    { metadata, holding }: Seen,
    next: Omit<VersionRecord, "version" | "reservedAt">,
    document: KvDocument,
  ): Promise<void> {
    if (!fitsRecord(next.keyId)) {
      throw this.#refusal(`the id ${JSON.stringify(next.keyId)} cannot stand in its metadata`);
    }
    const clock = this.#limits.clock ?? systemClock;
    const startedAt = clock.now();
    const record = { ...next, version: metadata.currentVersion + 1, reservedAt: metadata.servedAt };
    const records = { newer: record, older: holding.current };
    const custom = withRecords(metadata.custom, this.#context.owner, records);
    if (Object.keys(custom).length > customMetadataLimits.entries) {
      throw this.#refusal(`its custom metadata have no room: it may have ${customMetadataLimits.entries} entries`);
    }
    await this.#api().writeMetadata({
      custom_metadata: custom,
      ...(metadata.maxVersions === 0 ? { max_versions: keptVersions } : {}),
    });
    const parts = { kv: this.#api(), owner: this.#context.owner, clock, startedAt };
    const { deletedAt } = await writeKvVersion({ record, document }, parts).catch((error: unknown) => {
      throw error instanceof KvVersionConflict ? this.#refusal(error.message) : error;
    });
    if (deletedAt) {
      throw this.#refusal(
        `the engine would delete what was written to it at ${deletedAt.toString()}. Set delete_version_after of the engine to 0s`,
        "must not be used",
      );
    }
  }

  /**
   * Destroys what a run has taken back that was killed before it could.
   * @throws KeyturnError STORE_REFUSED if the current version is none that was written in its place
   */
  async #removeLeftovers({ holding: { current, leftovers } }: Seen): Promise<void> {
    const copied = current?.replaces.at(-1);
    if (!current || copied === undefined || leftovers.length === 0) return;
    const copy = await this.#api().readVersion(current.version);
    const original = await this.#api().readVersion(copied);
    if (original && !isSameSecret(copy?.document[current.field], original.document[current.field])) {
      throw this.#refusal(`version ${current.version} of it is not the secret that its custom metadata tell of`);
    }
    await this.#api().destroyVersions(leftovers);
  }

  async #see(): Promise<Seen> {
    const kv = this.#api();
    await kv.verifyEngine();
    const metadata = await kv.readMetadata();
    return { metadata, holding: holdingOf(metadata, this.#context.owner.keyName) };
  }

  /**
   * What is there, if a delivery may replace it.
   * @throws KeyturnError STORE_REFUSED if it is not of this logical key, or if what is replaced would not be kept
   */
  async #ownSecret(): Promise<Seen> {
    const seen = await this.#see();
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

/** What to note of a secret that is written again. What was current before that one is not kept for a second step back. */
function restored(
  { keyId, version }: { readonly keyId: string; readonly version: number },
  document: KvDocument,
  { custom }: KvMetadata,
): Pick<VersionRecord, "keyId" | "predecessor" | "field"> {
  const { newer, older } = readRecords(custom);
  const known = [newer, older].find((record) => record?.version === version);
  if (!known) {
    const field = Object.keys(document)[0] ?? vaultKvDefaults.field;
    return { keyId, field, predecessor: { keyId: "unknown", version: undefined } };
  }
  const { predecessor, field } = known;
  return { keyId, field, predecessor: predecessor && { keyId: predecessor.keyId, version: undefined } };
}
