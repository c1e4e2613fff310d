/**
 * Packs the provider the way that Terraform's filesystem mirrors want it: an executable, and beside it what that loads once it has started.
 *
 * The bytes depend on the program and the version only: no time, no machine. So one checksum holds on every platform, and
 * a lock file written on one machine is good on all.
 */
import { createHash } from "node:crypto";
import { strToU8, zipSync, type ZipOptions } from "fflate";

/** The code of a provider. */
export interface ProviderProgram {
  readonly executable: string;
  /** What the executable loads after its handshake, as a file of the name `restName` beside it. */
  readonly rest: string;
}

/** Terraform takes the file for the executable whose name begins with `terraform-provider-keyturn`, so this one does not. */
export const restName = "keyturn-provider.js";

const executableMode = 0o100755;
const fileMode = 0o100644;
const unix = 3;
// The first day that a zip can name. Zip times have no zone: local fields in, the same bytes out everywhere.
const fixedTime = new Date(1980, 0, 1);

/**
 * The version under which Terraform knows these bytes.
 *
 * A release has the package's version. Any other build adds the program's hash, because Terraform refuses a version whose
 * bytes differ from those in the lock file. The letter in front keeps the last part from being read as a number.
 */
export function providerVersion(build: {
  packageVersion: string;
  program: ProviderProgram;
  isRelease: boolean;
}): string {
  if (build.isRelease) return build.packageVersion;
  const { executable, rest } = build.program;
  const hash = createHash("sha256").update(`${executable}\0${rest}`).digest("hex").slice(0, 12);
  const separator = build.packageVersion.includes("-") ? "." : "-";
  return `${build.packageVersion}${separator}local.h${hash}`;
}

/** The packed provider, and the checksum that Terraform computes for it. */
export function packProvider({ version, program }: { version: string; program: ProviderProgram }): {
  zip: Uint8Array;
  h1: string;
} {
  const name = `terraform-provider-keyturn_v${version}`;
  const executable = strToU8(program.executable);
  const rest = strToU8(program.rest);
  const attributes = (mode: number): ZipOptions => ({
    os: unix,
    attrs: (mode << 16) >>> 0,
    mtime: fixedTime,
    level: 9,
  });
  const zip = zipSync({ [name]: [executable, attributes(executableMode)], [restName]: [rest, attributes(fileMode)] });
  return {
    zip,
    h1: directoryHash(
      new Map([
        [name, executable],
        [restName, rest],
      ]),
    ),
  };
}

/** Go's dirhash "h1": the SHA-256 of a list of the files' SHA-256 sums and names, sorted by name. */
function directoryHash(files: ReadonlyMap<string, Uint8Array>): string {
  const lines = [...files]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, content]) => `${createHash("sha256").update(content).digest("hex")}  ${name}\n`);
  return `h1:${createHash("sha256").update(lines.join("")).digest("base64")}`;
}
