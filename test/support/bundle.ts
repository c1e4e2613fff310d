/**
 * Bundles one TypeScript entry into one CommonJS file, for tests that start a real process.
 */
import { build } from "esbuild";
import path from "node:path";

/**
 * @param entry path of the entry, from the root of the repository
 * @param folder where the bundle goes; the caller removes it
 * @returns the bundle's path
 */
export async function bundle(entry: string, folder: string): Promise<string> {
  const root = path.resolve(__dirname, "../..");
  const outfile = path.join(folder, "main.js");
  await build({
    entryPoints: [path.join(root, entry)],
    outfile,
    bundle: true,
    minify: true,
    platform: "node",
    target: "node20",
    format: "cjs",
    logLevel: "error",
  });
  return outfile;
}
