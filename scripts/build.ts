/**
 * Builds everything that the package ships into `dist/`: `npm run build`.
 *
 * The result is put together beside `dist/` and swapped in at the end, so a build that fails leaves the last good one.
 * Nothing is done when no input has changed. With `--release` the provider gets the package's own version and the build
 * always runs; without, it gets a local version that moves with its bytes.
 */
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { bundle, bundleInTwo } from "./build/bundle";
import { compileLibrary } from "./build/compile-library";
import { inputsHash } from "./build/inputs-hash";
import { packProvider, providerVersion, restName } from "./build/provider-package";
import { thirdPartyLicenses } from "./build/third-party-licenses";

const root = path.resolve(__dirname, "..");
const distFolder = path.join(root, "dist");

async function main(): Promise<void> {
  const isRelease = process.argv.includes("--release");
  const inputs = inputsHash(root, ["src", "scripts/build", "scripts/build.ts", "config/tsconfig.build.json"]);
  if (!isRelease && isBuiltFrom(inputs)) return;

  const cacheFolder = path.join(root, "node_modules", ".cache", "keyturn");
  mkdirSync(cacheFolder, { recursive: true });
  const stagingFolder = mkdtempSync(path.join(cacheFolder, "dist-"));
  try {
    await allDone([compileLibrary({ root, outFolder: stagingFolder }), buildBundles(stagingFolder, isRelease)]);
    // A release never carries the mark, so that the next local build replaces it.
    if (!isRelease) writeFileSync(path.join(stagingFolder, ".inputs"), inputs);
    chmodSync(stagingFolder, 0o755); // mkdtemp makes it private
    swapIn(stagingFolder);
  } finally {
    rmSync(stagingFolder, { recursive: true, force: true });
  }
}

async function buildBundles(outFolder: string, isRelease: boolean): Promise<void> {
  const folder = path.join(outFolder, "bundle");
  mkdirSync(folder, { recursive: true });
  const [cli, provider] = await Promise.all([
    bundle({ root, entry: "src/cli/bin/keyturn.ts" }),
    bundleInTwo({ root, entry: "src/cli/bin/terraform-provider.ts", restName }),
  ]);
  writeFileSync(path.join(folder, "keyturn.js"), cli.code, { mode: 0o755 });

  const program = { executable: provider.start.code, rest: provider.rest.code };
  const version = providerVersion({ packageVersion: packageVersion(), program, isRelease });
  const { zip, h1 } = packProvider({ version, program });
  writeFileSync(path.join(folder, "provider.zip"), zip);
  writeFileSync(path.join(folder, "provider.json"), `${JSON.stringify({ version, h1 }, null, 2)}\n`);

  const licenses = thirdPartyLicenses(root, [...cli.inputs, ...provider.start.inputs, ...provider.rest.inputs]);
  writeFileSync(path.join(folder, "THIRD-PARTY-LICENSES.txt"), licenses);
}

/** Like `Promise.all`, but a failure waits for the others to end, so that nothing writes to a folder that is being removed. */
async function allDone(steps: readonly Promise<void>[]): Promise<void> {
  await Promise.allSettled(steps);
  await Promise.all(steps);
}

function packageVersion(): string {
  const { version } = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8")) as { version: string };
  return version;
}

function isBuiltFrom(inputs: string): boolean {
  const mark = path.join(distFolder, ".inputs");
  return existsSync(mark) && readFileSync(mark, "utf8") === inputs;
}

/** Puts the finished folder in place of `dist/`. Two renames: nobody ever sees a half written one. */
function swapIn(stagingFolder: string): void {
  const lastFolder = `${stagingFolder}-last`;
  if (existsSync(distFolder)) renameSync(distFolder, lastFolder);
  renameSync(stagingFolder, distFolder);
  rmSync(lastFolder, { recursive: true, force: true });
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
