/**
 * The JSON text of a key and of a list of keys, each made once.
 *
 * A list of thousands is asked for over and over while hardly any key changes. So the text of a record is kept as long as the record is
 * the same object, and the text of a list as long as the list is.
 */
import type { Behaviour } from "../behaviour";
import type { KeyRecord } from "./key-record";

/** The body that the API answers for one key. */
export function keyBody(record: KeyRecord, behaviour: Behaviour): object {
  if (behaviour.namesOnly) return { id: record.id, name: record.name };
  return {
    id: record.id,
    workspace_id: record.projectId,
    name: record.name,
    scopes: record.scopes,
    pinterest_account_ids: record.accountIds,
    source: record.source,
    client_name: record.clientName,
    authorized_by_email: record.authorizedByEmail,
    last_used_at: behaviour.keepsLastUsed ? record.lastUsedAt : null,
    created_at: record.createdAt,
    revoked_at: record.revokedAt,
  };
}

/** Renders keys, and remembers the text. */
export class KeyListText {
  #behaviour: Behaviour | undefined;
  #ofRecord = new WeakMap<KeyRecord, string>();
  #ofList = new WeakMap<readonly KeyRecord[], string>();

  /** The JSON array that `GET /v1/api-keys` answers. */
  render(records: readonly KeyRecord[], behaviour: Behaviour): string {
    if (this.#behaviour !== behaviour) {
      this.#behaviour = behaviour;
      this.#ofRecord = new WeakMap();
      this.#ofList = new WeakMap();
    }
    const known = this.#ofList.get(records);
    if (known !== undefined) return known;
    const shown = behaviour.listsRevokedKeys ? records : records.filter(({ revokedAt }) => revokedAt === null);
    const text = `[${shown.map((record) => this.#recordText(record, behaviour)).join(",")}]`;
    this.#ofList.set(records, text);
    return text;
  }

  #recordText(record: KeyRecord, behaviour: Behaviour): string {
    const known = this.#ofRecord.get(record);
    if (known !== undefined) return known;
    const text = JSON.stringify(keyBody(record, behaviour));
    this.#ofRecord.set(record, text);
    return text;
  }
}
