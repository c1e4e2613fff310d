/**
 * Puts the null provider where `terraform init` finds it without a registry: into `terraform.d/plugins` of a folder.
 */
import { build } from "esbuild";
import { chmod } from "node:fs/promises";
import path from "node:path";

/** The version under which the provider is installed if none is asked for: one that the real provider will not reach. */
export const nullProviderVersion = "3.999.0";

const platforms: Readonly<Record<string, string>> = { x64: "amd64", arm64: "arm64" };

/**
 * @param folder the folder in which Terraform will be started
 * @param version the version that the configuration asks for
 */
export async function installNullProvider(folder: string, version = nullProviderVersion): Promise<void> {
  const platform = `${process.platform}_${platforms[process.arch] ?? process.arch}`;
  const target = path.join(folder, "terraform.d/plugins/registry.terraform.io/hashicorp/null", version, platform);
  await buildNullProvider(path.join(target, `terraform-provider-null_v${version}`));
}

/** Bundles the provider into one executable file. */
async function buildNullProvider(outfile: string): Promise<void> {
  await build({
    entryPoints: [path.join(__dirname, "main.ts")],
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
