/**
 * Packs the provider executable the way that Terraform's filesystem mirrors want it.
 *
 * The bytes depend on the executable and the version only: no time, no machine. So one checksum holds on every platform, and
 * a lock file written on one machine is good on all.
 */
import { createHash } from "node:crypto";
import { strToU8, zipSync } from "fflate";

const executableMode = 0o100755;
const unix = 3;
// The first day that a zip can name. Zip times have no zone: local fields in, the same bytes out everywhere.
const fixedTime = new Date(1980, 0, 1);

/**
 * The version under which Terraform knows these bytes.
 *
 * A release has the package's version. Any other build adds the executable's hash, because Terraform refuses a version whose
 * bytes differ from those in the lock file. The letter in front keeps the last part from being read as a number.
 */
export function providerVersion(build: { packageVersion: string; executable: string; isRelease: boolean }): string {
  if (build.isRelease) return build.packageVersion;
  const hash = createHash("sha256").update(build.executable).digest("hex").slice(0, 12);
  const separator = build.packageVersion.includes("-") ? "." : "-";
  return `${build.packageVersion}${separator}local.h${hash}`;
}

/** The packed provider, and the checksum that Terraform computes for it. */
export function packProvider({ version, executable }: { version: string; executable: string }): {
  zip: Uint8Array;
  h1: string;
} {
  const name = `terraform-provider-keyturn_v${version}`;
  const content = strToU8(executable);
  const attributes = { os: unix, attrs: (executableMode << 16) >>> 0, mtime: fixedTime, level: 9 } as const;
  return { zip: zipSync({ [name]: [content, attributes] }), h1: directoryHash(new Map([[name, content]])) };
}

/** Go's dirhash "h1": the SHA-256 of a list of the files' SHA-256 sums and names, sorted by name. */
function directoryHash(files: ReadonlyMap<string, Uint8Array>): string {
  const lines = [...files]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, content]) => `${createHash("sha256").update(content).digest("hex")}  ${name}\n`);
  return `h1:${createHash("sha256").update(lines.join("")).digest("base64")}`;
}
