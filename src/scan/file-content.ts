/**
 * Reads a file in parts, as it is and, where it is packed, unpacked.
 *
 * Only regular files are opened: a pipe would wait for ever. Packed content is told by its first bytes; Brotli has none of its own and is told by
 * the name.
 */
import { constants, open, type FileHandle } from "node:fs/promises";
import { pipeline, Readable } from "node:stream";
import { constants as zlib, createBrotliDecompress, createGunzip } from "node:zlib";
import { KeyturnError } from "../model/error";
import { longestMagic, packingOf } from "./packing";

/** How a file's content is packed: in a way that is unpacked here, in one that is not, or not at all. */
export type Packing = "gzip" | "brotli" | { readonly unsupported: string } | "none";

/** What is read at once, in bytes. */
const partLength = 1024 * 1024;

/** So much of an unpacked file is searched. A small file may unpack to any size. */
const longestUnpacked = 4 * 1024 ** 3;

/** An open file. Close it. */
export class FileContent {
  readonly #handle: FileHandle;
  readonly #size: number;
  readonly packing: Packing;

  private constructor(handle: FileHandle, { size, packing }: { readonly size: number; readonly packing: Packing }) {
    this.#handle = handle;
    this.#size = size;
    this.packing = packing;
  }

  /**
   * Opens a file, and never what a link of that name leads to.
   * @returns undefined if it is no regular file
   */
  static async open(file: string): Promise<FileContent | undefined> {
    const handle = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      const status = await handle.stat();
      if (status.isFile()) {
        return new FileContent(handle, { size: status.size, packing: await packingIn(handle, file) });
      }
    } catch (error) {
      await handle.close();
      throw error;
    }
    await handle.close();
    return undefined;
  }

  /** The content as it is. A part is valid until the next one is asked for. */
  async *parts(): AsyncGenerator<Buffer> {
    // Most files are small.
    const buffer = Buffer.allocUnsafe(Math.min(partLength, Math.max(this.#size, 4096)));
    for (let position = 0; ;) {
      const { bytesRead } = await this.#handle.read(buffer, 0, buffer.length, position);
      if (bytesRead === 0) return;
      position += bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
  }

  /**
   * The content unpacked.
   * @throws KeyturnError INVALID_VALUE if it is damaged or too long; what could be unpacked was given before
   */
  async *unpackedParts(limit = longestUnpacked): AsyncGenerator<Buffer> {
    // What was cut short, as a log that is being written, is unpacked as far as it goes.
    const unpacker =
      this.packing === "brotli"
        ? createBrotliDecompress({ finishFlush: zlib.BROTLI_OPERATION_FLUSH })
        : createGunzip({ finishFlush: zlib.Z_SYNC_FLUSH });
    // Copies: what waits inside the stream must not change with the next part. A failure of either reaches the loop.
    pipeline(Readable.from(copies(this.parts())), unpacker, () => undefined);
    let length = 0;
    try {
      for await (const part of unpacker as AsyncIterable<Buffer>) {
        length += part.length;
        if (length > limit) throw new KeyturnError("INVALID_VALUE", `unpacks to more than ${limit} bytes`);
        yield part;
      }
    } catch (error) {
      if (error instanceof KeyturnError) throw error;
      throw new KeyturnError("INVALID_VALUE", "is packed and damaged; it was searched as far as it could be unpacked");
    } finally {
      unpacker.destroy();
    }
  }

  async close(): Promise<void> {
    await this.#handle.close();
  }
}

async function packingIn(handle: FileHandle, file: string): Promise<Packing> {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(longestMagic), 0, longestMagic, 0);
  const found = packingOf(buffer.subarray(0, bytesRead));
  if (found === "gzip") return found;
  if (found !== undefined) return { unsupported: found };
  return file.endsWith(".br") ? "brotli" : "none";
}

async function* copies(parts: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  for await (const part of parts) yield Buffer.from(part);
}
