/**
 * Puts a provider that was written for tests where `terraform init` finds it without a registry: into `terraform.d/plugins` of a folder.
 */
import { build } from "esbuild";
import { chmod } from "node:fs/promises";
import path from "node:path";

/** What is installed. */
export interface TestProvider {
  /** Host, namespace and type, as in `required_providers`. */
  readonly source: string;
  /** The version that the configuration asks for. */
  readonly version: string;
  /** The program that serves it. */
  readonly entry: string;
}

const platforms: Readonly<Record<string, string>> = { x64: "amd64", arm64: "arm64" };

/** @param folder the folder in which Terraform will be started */
export async function installTestProvider(folder: string, { source, version, entry }: TestProvider): Promise<void> {
  const platform = `${process.platform}_${platforms[process.arch] ?? process.arch}`;
  const program = `terraform-provider-${path.basename(source)}_v${version}`;
  const outfile = path.join(folder, "terraform.d/plugins", source, version, platform, program);
  await build({
    entryPoints: [entry],
    outfile,
    bundle: true,
    minify: true,
    platform: "node",
    target: "node20",
    format: "cjs",
    banner: { js: "#!/usr/bin/env node" },
    logLevel: "error",
  });
  await chmod(outfile, 0o755);
}
