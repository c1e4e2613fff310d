/**
 * Looks for many secrets at once, in every form, whole or in parts of 16 characters and more.
 *
 * A part of 16 characters, wherever it begins, holds one of the blocks of 8 into which a form is cut. So the bytes are gone through once, and
 * only where a block begins is the rest compared: the time does not grow with the number of secrets.
 */
import { secretForms, type SecretForm } from "../secret-traces";

/** A secret that the API has given out. */
export interface MintedSecret {
  readonly keyId: string;
  readonly secret: string;
  /** Whether services are given it, or it manages the keys of others and is given to nobody. */
  readonly use: "services" | "management";
}

/** What was found of a secret. Never the secret itself. */
export interface SecretTrace {
  readonly keyId: string;
  readonly use: MintedSecret["use"];
  readonly form: string;
  readonly isWhole: boolean;
}

interface Block {
  readonly owner: Pick<MintedSecret, "keyId" | "use">;
  readonly form: SecretForm;
  readonly bytes: Buffer;
  readonly offset: number;
}

/** All keys begin with `pb_live_` or `pb_test_`, so a block of that alone tells nothing. */
const sharedBytes = 8;
const blockLength = 8;
const partLength = 16;
/** Of the base64 of 16 characters so many are decided by nothing else, wherever they stand. */
const base64PartLength = 16;

/** A search for these secrets. */
export class SecretSearch {
  readonly #blocks = new Map<number, Block[]>();
  /** Tells of almost every four bytes that no block begins with them. */
  readonly #filter = new Uint8Array(1 << 16);

  constructor(secrets: readonly MintedSecret[]) {
    for (const { keyId, use, secret } of secrets) {
      for (const form of secretForms(secret)) this.#add({ keyId, use }, form);
    }
  }

  /** What of the secrets is in these bytes; each key and form once. */
  in(bytes: Buffer): readonly SecretTrace[] {
    const found = new Map<string, SecretTrace>();
    let word = 0;
    for (let end = 0; end < bytes.length; end += 1) {
      word = (word >>> 8) | ((bytes[end] ?? 0) << 24);
      if (this.#filter[hashOf(word)] !== 1) continue;
      for (const block of this.#blocks.get(word) ?? []) {
        const length = commonLength(bytes, end - 3, block);
        if (length < shortestPart(block.form)) continue;
        const id = `${block.owner.keyId} ${block.form.name}`;
        const isWhole = length === block.bytes.length || found.get(id)?.isWhole === true;
        found.set(id, { ...block.owner, form: block.form.name, isWhole });
      }
    }
    return [...found.values()];
  }

  #add(owner: Block["owner"], form: SecretForm): void {
    const bytes = Buffer.from(form.text);
    const start = Math.ceil((sharedBytes - form.skipped) * form.perByte);
    for (let offset = start; offset + blockLength <= bytes.length; offset += blockLength) {
      const word = bytes.readInt32LE(offset);
      this.#filter[hashOf(word)] = 1;
      const others = this.#blocks.get(word) ?? [];
      this.#blocks.set(word, [...others, { owner, form, bytes, offset }]);
    }
  }
}

function hashOf(word: number): number {
  return Math.imul(word, 0x9e3779b1) >>> 16;
}

function shortestPart({ perByte }: SecretForm): number {
  return Number.isInteger(perByte) ? partLength * perByte - (perByte === 2 ? 1 : 0) : base64PartLength;
}

/** How many bytes around a place are those of the form, if a block of it begins there. */
function commonLength(bytes: Buffer, at: number, block: Block): number {
  const shift = at - block.offset;
  let start = block.offset;
  while (start > 0 && bytes[shift + start - 1] === block.bytes[start - 1]) start -= 1;
  let end = block.offset;
  while (end < block.bytes.length && bytes[shift + end] === block.bytes[end]) end += 1;
  return end - start;
}
