/**
 * A store that keeps the secret in a file, encrypted with age for its readers: `age --decrypt -i key.txt PATH` prints the secret.
 *
 * `PATH` holds the current secret and `PATH.previous` the one before it, each with a label in clear text. Each is replaced in one step, so
 * a reader sees a whole file at any moment. No plain text is ever written. The folder must exist.
 */
import { rename, rm, stat } from "node:fs/promises";
import path from "node:path";
import {
  encryptedFilePathProblem,
  previousFileSuffix,
  recipientListProblem,
  recipientProblem,
  type EncryptedFileTarget,
} from "../model/encrypted-file-target";
import { KeyturnError } from "../model/error";
import { Secret } from "../model/secret";
import { encryptSecret, UnusableRecipientError } from "./age-encryption";
import { ageIdentity } from "./age-identity";
import { fileProblem } from "./file-problem";
import { findFile, type FoundFile } from "./found-file";
import { fitsLabel, readersOf, type KeyLabel } from "./key-label";
import { oneAtATime } from "./one-at-a-time";
import { readEncryptedFile } from "./read-encrypted-file";
import { stageFile, syncFolder } from "./staged-file";
import type { HeldKeys, HeldSecret, SecretDelivery, Store, StoreContext } from "./store";

type OurFile = Extract<FoundFile, { kind: "ours" }>;

/** The encrypted file of one logical key. */
export class EncryptedFileStore implements Store {
  readonly description: string;
  readonly #file: string;
  readonly #previousFile: string;
  readonly #recipients: readonly string[];
  readonly #keyName: string;
  readonly #variables: StoreContext["variables"];

  /** @throws KeyturnError INVALID_VALUE if the path or a recipient cannot be meant */
  constructor({ path: name, recipients }: EncryptedFileTarget, context: StoreContext) {
    const problem =
      encryptedFilePathProblem(name) ??
      recipientListProblem(recipients) ??
      recipients.map(recipientProblem).find((found) => found !== undefined);
    if (problem !== undefined) throw new KeyturnError("INVALID_VALUE", problem);
    this.#file = path.resolve(name);
    this.#previousFile = this.#file + previousFileSuffix;
    this.#recipients = recipients;
    this.#keyName = context.owner.keyName;
    this.#variables = context.variables;
    this.description = `the encrypted file ${this.#file}`;
  }

  async check(): Promise<void> {
    await this.#attempt("written", async () => {
      await this.#ownFiles();
      // All that a delivery does but for the last step, with nothing as the secret.
      const content = await this.#encrypt(new Secret(""), { keyId: "none", predecessorId: undefined });
      const probe = await stageFile(this.#file, content);
      await probe.discard();
    });
  }

  async current(): Promise<HeldKeys> {
    return await this.#attempt("read", async () => {
      const current = await findFile(this.#file, this.#keyName);
      const previous = await findFile(this.#previousFile, this.#keyName);
      // A volume that is not mounted looks like a missing folder, and says nothing of what is on it.
      if (current.kind === "none") await stat(path.dirname(this.#file));
      return {
        current: current.kind === "ours" ? current.label.keyId : undefined,
        previous: current.kind === "ours" && isPredecessor(previous, current) ? previous.label.keyId : undefined,
        ...(current.kind === "ours" && this.#isForOthers(current.label) && { isForOthers: true }),
        foreign: current.kind === "foreign" ? current.what : undefined,
      };
    });
  }

  async read(): Promise<HeldSecret | undefined> {
    const { current } = await this.current();
    if (current === undefined) return undefined;
    const identity = await ageIdentity(this.#variables);
    return { keyId: current, secret: await readEncryptedFile(this.#file, identity) };
  }

  async put({ keyId, secret }: SecretDelivery): Promise<void> {
    await this.#attempt("written", async () => {
      const current = await this.#ownFiles();
      if (current?.label.keyId === keyId) return;
      const content = await this.#encrypt(secret, { keyId, predecessorId: current?.label.keyId });
      const staged = await stageFile(this.#file, content);
      try {
        await this.#keepAsPrevious(current);
        await staged.commit();
      } finally {
        await staged.discard();
      }
    });
  }

  async restorePrevious(keyId: string): Promise<void> {
    await this.#attempt("restored", async () => {
      const current = await findFile(this.#file, this.#keyName);
      if (current.kind !== "ours" || current.label.keyId !== keyId) return;
      const { predecessorId } = current.label;
      if (predecessorId === undefined) {
        await rm(this.#file);
      } else {
        const previous = await findFile(this.#previousFile, this.#keyName);
        if (!isPredecessor(previous, current)) {
          throw this.#refusal(
            `${this.#previousFile} does not hold the secret of the key ${predecessorId}, which was current before`,
          );
        }
        await rename(this.#previousFile, this.#file);
      }
      await syncFolder(path.dirname(this.#file));
    });
  }

  /** Copies the current file, so that it stays in its place until the new one takes it. */
  async #keepAsPrevious(current: OurFile | undefined): Promise<void> {
    const staged = current && (await stageFile(this.#previousFile, current.content));
    try {
      const now = await findFile(this.#file, this.#keyName);
      const keyIdNow = now.kind === "ours" ? now.label.keyId : undefined;
      if (now.kind === "foreign" || keyIdNow !== current?.label.keyId) {
        throw this.#refusal(
          "another process has changed it in this moment. Make sure that only one run delivers to it",
        );
      }
      await staged?.commit();
    } finally {
      await staged?.discard();
    }
  }

  /**
   * The current file, if there is one.
   * @throws KeyturnError STORE_REFUSED if a delivery would overwrite something that is not of this logical key
   */
  async #ownFiles(): Promise<OurFile | undefined> {
    const current = await findFile(this.#file, this.#keyName);
    const previous = await findFile(this.#previousFile, this.#keyName);
    for (const [file, found] of [[this.#file, current] as const, [this.#previousFile, previous] as const]) {
      if (found.kind !== "foreign") continue;
      throw this.#refusal(
        `${file} is ${found.what}, and was not put there for the key ${this.#keyName}. ` +
          "Move it away, or deliver to another path; nothing has been overwritten",
      );
    }
    return current.kind === "ours" ? current : undefined;
  }

  #isForOthers({ readers }: KeyLabel): boolean {
    return readers !== undefined && readers !== readersOf(this.#recipients);
  }

  async #encrypt(secret: Secret, label: Omit<KeyLabel, "keyName" | "readers">): Promise<Uint8Array> {
    if (!fitsLabel(label.keyId)) {
      throw this.#refusal(`the id ${JSON.stringify(label.keyId)} cannot stand in its header`);
    }
    try {
      return await encryptSecret(secret, {
        recipients: this.#recipients,
        label: { ...label, keyName: this.#keyName, readers: readersOf(this.#recipients) },
      });
    } catch (error) {
      if (!(error instanceof UnusableRecipientError)) throw error;
      throw this.#refusal(`${error.message}. Copy it again from what age-keygen printed`);
    }
  }

  async #attempt<Result>(what: "read" | "written" | "restored", work: () => Promise<Result>): Promise<Result> {
    try {
      return await oneAtATime(this.#file, work);
    } catch (error) {
      throw fileProblem(`${this.description} cannot be ${what}`, this.#file, error);
    }
  }

  #refusal(reason: string): KeyturnError {
    return new KeyturnError("STORE_REFUSED", `${this.description} is left as it is: ${reason}`);
  }
}

/** Whether a file holds the secret that was current before that of the other one. After an interrupted delivery it may hold another one. */
function isPredecessor(previous: FoundFile, current: OurFile): previous is OurFile {
  return previous.kind === "ours" && previous.label.keyId === current.label.predecessorId;
}
