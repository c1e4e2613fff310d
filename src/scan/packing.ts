/**
 * Tells by the first bytes how something is packed.
 */

const magic: readonly (readonly [readonly number[], string])[] = [
  [[0x1f, 0x8b, 0x08], "gzip"],
  [[0x50, 0x4b, 0x03, 0x04], "zip"],
  [[0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00], "xz"],
  [[0x42, 0x5a, 0x68], "bzip2"],
  [[0x28, 0xb5, 0x2f, 0xfd], "zstd"],
  [[0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c], "7z"],
];

/** So many bytes tell. */
export const longestMagic = 8;

/** How it is packed: `gzip`, `zip`, `xz`, `bzip2`, `zstd` or `7z`; undefined if it is none of these. */
export function packingOf(beginning: Uint8Array): string | undefined {
  return magic.find(([bytes]) => bytes.every((byte, at) => beginning[at] === byte))?.[1];
}
