/**
 * Reads an answer's body into JSON.
 *
 * The largest body is bounded before and after decompression, so that an answer cannot fill the memory.
 */
import { promisify } from "node:util";
import { gunzip } from "node:zlib";

/** The largest body that is read, in bytes. A list of 5,000 keys is less than 2 MB. */
export const maxBodySize = 64 * 1024 * 1024;

const unzip = promisify(gunzip);

/** What a body holds, by its headers. */
export interface BodyHeaders {
  readonly contentType: string;
  readonly contentEncoding: string;
}

/** A body that is not what its headers say. */
export class UnreadableBody extends Error {
  override readonly name = "UnreadableBody";

  constructor(
    readonly failure: "incomplete" | "garbled",
    message: string,
  ) {
    super(message);
  }
}

/**
 * Parses a body; undefined if it is empty or of another type than JSON. A body without a type is taken as JSON.
 * @throws UnreadableBody, without any part of the body
 */
export async function readJson(bytes: Buffer, { contentType, contentEncoding }: BodyHeaders): Promise<unknown> {
  if (bytes.length === 0) return undefined;
  if (contentType !== "" && !isJson(contentType)) return undefined;
  const text = (await decode(bytes, contentEncoding)).toString("utf8");
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // The parser's own words quote the body.
    throw new UnreadableBody("incomplete", "the answer is not complete JSON");
  }
}

function isJson(contentType: string): boolean {
  return contentType === "application/json" || contentType.endsWith("+json");
}

async function decode(bytes: Buffer, contentEncoding: string): Promise<Buffer> {
  if (contentEncoding === "" || contentEncoding === "identity") return bytes;
  if (contentEncoding !== "gzip")
    throw new UnreadableBody("garbled", "the answer has an encoding that was not asked for");
  try {
    return await unzip(bytes, { maxOutputLength: maxBodySize });
  } catch {
    throw new UnreadableBody("garbled", "the answer cannot be decompressed");
  }
}
