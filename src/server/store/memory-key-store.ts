/**
 * Keys in memory, found by id and by the hash of their secret.
 *
 * Calls `onChange` after every change of a key and waits for it; `onUse` only hears of uses. That is how a data file is attached.
 */
import type { KeyRecord } from "./key-record";
import type { KeyChanges, KeyStore } from "./key-store";

/** Who wants to know of changes. */
export interface KeyStoreListener {
  /** The change counts as made when this resolves. */
  onChange(): Promise<void>;
  onUse(): void;
}

const nobody: KeyStoreListener = { onChange: () => Promise.resolve(), onUse: () => undefined };

/** A `KeyStore` that forgets everything when the process ends, unless its listener saves it. */
export class MemoryKeyStore implements KeyStore {
  readonly #byId = new Map<string, KeyRecord>();
  readonly #idBySecretHash = new Map<string, string>();
  readonly #byProject = new Map<string, readonly KeyRecord[]>();
  #listener = nobody;

  constructor(records: Iterable<KeyRecord> = []) {
    for (const record of records) this.#put(record);
  }

  listen(listener: KeyStoreListener): void {
    this.#listener = listener;
  }

  /** Every key of every project, in the order of creation. */
  all(): Iterable<KeyRecord> {
    return this.#byId.values();
  }

  list(projectId: string): readonly KeyRecord[] {
    const known = this.#byProject.get(projectId);
    if (known) return known;
    const records = [...this.#byId.values()].filter((record) => record.projectId === projectId);
    this.#byProject.set(projectId, records);
    return records;
  }

  find(projectId: string, id: string): KeyRecord | undefined {
    const record = this.#byId.get(id);
    return record?.projectId === projectId ? record : undefined;
  }

  findBySecretHash(secretHash: string): KeyRecord | undefined {
    const id = this.#idBySecretHash.get(secretHash);
    return id === undefined ? undefined : this.#byId.get(id);
  }

  add(record: KeyRecord): Promise<void> {
    this.#put(record);
    return this.#listener.onChange();
  }

  change(id: string, changes: KeyChanges): Promise<void> {
    const record = this.#byId.get(id);
    if (!record) return Promise.resolve();
    this.#put({ ...record, ...changes });
    return this.#listener.onChange();
  }

  noteUse(id: string, lastUsedAt: KeyRecord["lastUsedAt"]): void {
    const record = this.#byId.get(id);
    if (!record) return;
    this.#put({ ...record, lastUsedAt });
    this.#listener.onUse();
  }

  #put(record: KeyRecord): void {
    this.#byId.set(record.id, record);
    this.#idBySecretHash.set(record.secretHash, record.id);
    this.#byProject.delete(record.projectId);
  }
}
