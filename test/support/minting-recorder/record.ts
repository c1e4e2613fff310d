/** The secrets that an embedded API has minted, as the recorder in its process writes them down. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

/** A secret, and the key that it is of. */
export interface RecordedSecret {
  readonly keyId: string;
  readonly secret: string;
}

/** The environment variable that tells the recorder its file. */
export const recordVariable = "KEYTURN_TEST_MINTED";

/** A record. `close()` it at the end. */
export class MintingRecord {
  readonly #folder = mkdtempSync(path.join(tmpdir(), "keyturn-minted-"));
  #closed: readonly RecordedSecret[] | undefined;

  get file(): string {
    return path.join(this.#folder, "minted.jsonl");
  }

  /** All secrets so far; also after the end. */
  secrets(): readonly RecordedSecret[] {
    if (this.#closed) return this.#closed;
    if (!existsSync(this.file)) return [];
    const lines = readFileSync(this.file, "utf8").split("\n").filter(Boolean);
    return lines.map((line) => JSON.parse(line) as RecordedSecret);
  }

  /** Removes the file. */
  close(): void {
    this.#closed = this.secrets();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
