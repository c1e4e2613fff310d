/**
 * Tells which members of a tar archive are packed themselves: their content is not searched by reading through the archive.
 *
 * Only headers are looked at (POSIX.1-1988 ustar, and its GNU form): the size of a member is in bytes 124 to 135, its name in the first 100.
 */
import { packingOf, longestMagic } from "./packing";

const blockLength = 512;
const magicAt = 257;

/** A member that is packed. */
export interface PackedMember {
  /** As it stands in the archive: it may hold anything. */
  readonly name: string;
  /** How it is packed, as `packingOf` says it. */
  readonly packing: string;
}

/** Reads an archive that comes in parts. What is none is read through without a word. */
export class TarMembers {
  #block = Buffer.alloc(0);
  /** How many bytes of the present member are still to come, with what fills up its last block; undefined where it is no archive. */
  #left: number | undefined = 0;
  #name = "";
  #isAtContent = false;

  /** @returns the members that begin in this part and are packed, each with how */
  push(part: Buffer): readonly PackedMember[] {
    const found: PackedMember[] = [];
    let rest = part;
    while (rest.length > 0 && this.#left !== undefined) {
      if (this.#left > 0 && !this.#isAtContent) {
        const skipped = Math.min(rest.length, this.#left);
        this.#left -= skipped;
        rest = rest.subarray(skipped);
        continue;
      }
      const taken = rest.subarray(0, blockLength - this.#block.length);
      this.#block = Buffer.concat([this.#block, taken]);
      rest = rest.subarray(taken.length);
      if (this.#block.length < blockLength) break;
      const packing = this.#isAtContent ? packingOf(this.#block.subarray(0, longestMagic)) : undefined;
      if (packing !== undefined) found.push({ name: this.#name, packing });
      if (this.#isAtContent) this.#left -= blockLength;
      else this.#left = this.#memberAfter(this.#block);
      this.#isAtContent = !this.#isAtContent && this.#left !== undefined && this.#left > 0;
      this.#block = Buffer.alloc(0);
    }
    return found;
  }

  /** The length of the member that this header is of, in whole blocks; undefined for the zeros at the end, and where it is none. */
  #memberAfter(header: Buffer): number | undefined {
    if (header.toString("latin1", magicAt, magicAt + 5) !== "ustar") return undefined;
    const size = header.toString("latin1", 124, 136).replaceAll(/[\0 ]/g, "");
    if (!/^[0-7]+$/.test(size)) return undefined;
    this.#name = header.toString("utf8", 0, 100).replace(/\0.*$/s, "");
    return Math.ceil(Number.parseInt(size, 8) / blockLength) * blockLength;
  }
}
