/**
 * Where keys are kept.
 *
 * A change resolves when it is durable: at once in memory, after the disk has it with a data file. Reads see it before that.
 */
import type { KeyRecord } from "./key-record";

/** The changes that a key can see in its life. */
export type KeyChanges = Partial<Pick<KeyRecord, "name" | "scopes" | "accountIds" | "revokedAt">>;

/** The keys of all projects, revoked ones included. */
export interface KeyStore {
  /** In the order of creation. The same array as before, as long as nothing in it has changed. */
  list(projectId: string): readonly KeyRecord[];
  find(projectId: string, id: string): KeyRecord | undefined;
  findBySecretHash(secretHash: string): KeyRecord | undefined;
  add(record: KeyRecord): Promise<void>;
  /** Changes the key that has this id. */
  change(id: string, changes: KeyChanges): Promise<void>;
  /** Notes a use. Not durable at once: a crash may lose the last second of uses. */
  noteUse(id: string, lastUsedAt: KeyRecord["lastUsedAt"]): void;
}
