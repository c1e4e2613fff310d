/**
 * Reads the secret of one logical key from an encrypted file, for those who are only its readers: no recipients, no right to write.
 *
 * Symbolic links are followed, because machines that only read get their files through links. Label and secret come from one and the same
 * read, so they belong together also while a delivery replaces the file.
 */
import { realpath, stat } from "node:fs/promises";
import path from "node:path";
import { encryptedFilePathProblem } from "../model/encrypted-file-target";
import { KeyturnError } from "../model/error";
import { ageIdentity } from "./age-identity";
import { hasCode } from "./file-problem";
import { findFile, type FoundFile } from "./found-file";
import { decryptContent } from "./read-encrypted-file";
import type { HeldKeys, HeldSecret, StoreContext } from "./store";
import type { StoreReader } from "./store-reader";

/** The encrypted file of one logical key, as its readers see it. */
export class EncryptedFileReader implements StoreReader {
  readonly description: string;
  readonly #file: string;

  readonly #context: StoreContext;
  /** @throws KeyturnError INVALID_VALUE if the path cannot be meant */
  constructor(name: string, context: StoreContext) {
    this.#context = context;
    const problem = encryptedFilePathProblem(name);
    if (problem !== undefined) throw new KeyturnError("INVALID_VALUE", problem);
    this.#file = path.resolve(name);
    this.description = `the encrypted file ${this.#file}`;
  }

  async current(): Promise<Pick<HeldKeys, "current" | "foreign">> {
    const found = await this.#find();
    return {
      current: found.kind === "ours" ? found.label.keyId : undefined,
      foreign: found.kind === "foreign" ? found.what : undefined,
    };
  }

  async read(): Promise<HeldSecret | undefined> {
    const found = await this.#find();
    if (found.kind !== "ours") return undefined;
    const identity = await ageIdentity(this.#context.variables);
    return { keyId: found.label.keyId, secret: await decryptContent(found.content, { file: this.#file, identity }) };
  }

  async #find(): Promise<FoundFile> {
    try {
      return await findFile(await realpath(this.#file), this.#context.owner.keyName);
    } catch (error) {
      if (!hasCode(error, "ENOENT")) throw this.#problem(error);
    }
    // A volume that is not mounted looks like a missing folder, and says nothing of what is on it.
    try {
      await stat(path.dirname(this.#file));
    } catch (error) {
      throw this.#problem(error);
    }
    return { kind: "none" };
  }

  #problem(error: unknown): KeyturnError {
    const reason = error instanceof Error ? error.message : String(error);
    const advice = hasCode(error, "ENOENT")
      ? `the folder ${path.dirname(this.#file)} does not exist`
      : hasCode(error, "EACCES")
        ? "the user that this process runs as may not read it"
        : reason;
    return new KeyturnError("STORE_UNREACHABLE", `${this.description} cannot be read: ${advice}`, { cause: error });
  }
}
