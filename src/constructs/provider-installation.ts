/**
 * Puts the provider into the folder of a stack, so that Terraform finds it there with no registry and no download.
 *
 * Files are written beside their place and renamed into it: a Terraform or a second synth that runs at the same time sees the old
 * file or the new one, never half of one. A file that is right already is left alone.
 */
import { randomUUID } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { providerSource, type ProviderPackage } from "../provider/schema/provider-package";
import { withProviderLocked } from "./lock-file";

// The executable is a Node program, so the same bytes run on all of these.
const platforms = ["linux_amd64", "linux_arm64", "darwin_amd64", "darwin_arm64"] as const;
const ourPackage = /^terraform-provider-keyturn_.*\.zip$/;

/**
 * Makes `terraform.d/plugins` and `.terraform.lock.hcl` of a stack's folder hold exactly this version of the provider.
 *
 * Other versions are removed; what belongs to other providers is kept as it is.
 */
export function installProvider(stackFolder: string, { version, h1, zipPath }: ProviderPackage): void {
  const pluginFolder = path.join(stackFolder, "terraform.d", "plugins", ...providerSource.split("/"));
  mkdirSync(pluginFolder, { recursive: true });

  const zip = readFileSync(zipPath);
  const wanted = platforms.map((platform) => `terraform-provider-keyturn_${version}_${platform}.zip`);
  for (const name of wanted) replaceFile(path.join(pluginFolder, name), zip);
  for (const name of readdirSync(pluginFolder)) {
    if (ourPackage.test(name) && !wanted.includes(name)) rmSync(path.join(pluginFolder, name), { force: true });
  }

  const lockFile = path.join(stackFolder, ".terraform.lock.hcl");
  const locked = existsSync(lockFile) ? readFileSync(lockFile, "utf8") : "";
  replaceFile(lockFile, Buffer.from(withProviderLocked(locked, { source: providerSource, version, h1 })));
}

function replaceFile(file: string, content: Buffer): void {
  if (existsSync(file) && readFileSync(file).equals(content)) return;
  const temporaryFile = `${file}.${randomUUID()}.tmp`;
  try {
    writeFileSync(temporaryFile, content);
    renameSync(temporaryFile, file);
  } catch (error) {
    rmSync(temporaryFile, { force: true });
    throw error;
  }
}
