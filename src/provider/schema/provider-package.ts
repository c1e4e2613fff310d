/**
 * Where the packed provider is, and what Terraform knows it as.
 *
 * Reads what `npm run build` wrote. The paths hold for the compiled and for the source form of this file, since both are three
 * folders below the root of the package.
 */
import { readFileSync } from "node:fs";
import path from "node:path";
import * as z from "zod";
import { KeyturnError } from "../../model/error";

/**
 * The provider's source address, as it is written in `required_providers`.
 *
 * It has all three parts, because Terraform and OpenTofu differ in the host that they add, and its host can never be registered,
 * so nobody can publish a provider of this name for others to download.
 */
export const providerSource = "keyturn.internal/keyturn/keyturn";

/** The provider as it lies in this package. */
export interface ProviderPackage {
  /** Its exact version. Other bytes always have another version. */
  readonly version: string;
  /** Its checksum in the form of Terraform's lock file, the same on every platform. */
  readonly h1: string;
  /** The packed provider. One file serves Linux and macOS on amd64 and arm64. */
  readonly zipPath: string;
}

const bundleFolder = path.resolve(__dirname, "../../../dist/bundle");
const manifestBody = z.object({ version: z.string(), h1: z.string() });

/**
 * Finds the packed provider.
 *
 * @throws KeyturnError INVALID_CONFIGURATION if this package was not built, or was bundled into a program without its other files
 */
export function providerPackage(): ProviderPackage {
  const manifestPath = path.join(bundleFolder, "provider.json");
  try {
    const manifest = manifestBody.parse(JSON.parse(readFileSync(manifestPath, "utf8")));
    return { ...manifest, zipPath: path.join(bundleFolder, "provider.zip") };
  } catch (error) {
    throw new KeyturnError(
      "INVALID_CONFIGURATION",
      `the packed Terraform provider was not found at ${manifestPath}; ` +
        `in a checkout of keyturn run "npm run build", and if a bundler packs your program, leave "keyturn" out of the bundle`,
      { cause: error },
    );
  }
}
