import path from "node:path";
import { build } from "esbuild";

/** The packages that a module needs at run time, itself and all that it imports. */
async function packagesOf(entry: string): Promise<string[]> {
  const { metafile } = await build({
    entryPoints: [path.join(__dirname, "../../../src", entry)],
    bundle: true,
    write: false,
    metafile: true,
    platform: "node",
    logLevel: "error",
  });
  const packages = Object.keys(metafile.inputs).flatMap(
    (input) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(input)?.[1] ?? [],
  );
  return [...new Set(packages)].sort();
}

test.each([
  ["what a provider is written with", "framework/index.ts", []],
  ["what schemas are written with", "framework/schema/index.ts", []],
  ["what speaks the protocol", "framework/server/provider-server.ts", ["@bufbuild/protobuf"]],
])("%s loads no more packages than it needs", async (_name, entry, expected) => {
  expect(await packagesOf(entry)).toEqual(expected);
});
