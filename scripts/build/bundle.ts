/**
 * Bundles a bin file with everything that it imports into CommonJS that starts with Node.
 *
 * Identifiers keep their names, so that a stack trace from the field can be read. Modules loaded with a dynamic import
 * stay unevaluated until they are asked for, although they are in the same file.
 */
import { build, type BuildOptions, type OutputFile, type Plugin } from "esbuild";

const hashbang = "#!/usr/bin/env node\n";

/** A program, or a part of one, in one file. */
export interface Bundle {
  readonly code: string;
  /** Every file that went into it, relative to the root. */
  readonly inputs: readonly string[];
}

const options = {
  bundle: true,
  write: false,
  metafile: true,
  platform: "node",
  target: "node20",
  format: "cjs",
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: "none",
  logLevel: "silent",
} as const satisfies BuildOptions;

/** A program in one file. */
export async function bundle({ root, entry }: { root: string; entry: string }): Promise<Bundle> {
  const { outputFiles, metafile } = await build({ ...options, absWorkingDir: root, entryPoints: [entry] });
  return { code: asProgram(outputFiles), inputs: Object.keys(metafile.inputs) };
}

/**
 * A program in two files: what it starts with, and what that loads with dynamic imports, as `restName` beside it. Node compiles a
 * whole file before it runs any of it, so a program that has to show a sign of life at once keeps the rest elsewhere.
 *
 * No two of the modules that are loaded so may export the same name. What both files import is in both, so no class of theirs
 * may be compared across.
 */
export async function bundleInTwo({
  root,
  entry,
  restName,
}: {
  root: string;
  entry: string;
  restName: string;
}): Promise<{ start: Bundle; rest: Bundle }> {
  const loadedLater = new Set<string>();
  const loadLater: Plugin = {
    name: "load-later",
    setup: (esbuild) => {
      esbuild.onResolve({ filter: /./ }, async ({ kind, path, resolveDir }) => {
        if (kind !== "dynamic-import") return undefined;
        const found = await esbuild.resolve(path, { kind: "import-statement", resolveDir });
        loadedLater.add(found.path);
        return { path: `./${restName}`, external: true, errors: found.errors };
      });
    },
  };
  const start = await build({
    ...options,
    absWorkingDir: root,
    entryPoints: [entry],
    plugins: [loadLater],
    supported: { "dynamic-import": false },
  });
  const contents = [...loadedLater].sort().map((file) => `export * from ${JSON.stringify(file)};`);
  const rest = await build({
    ...options,
    absWorkingDir: root,
    stdin: { contents: contents.join("\n"), resolveDir: root },
  });
  return {
    start: { code: asProgram(start.outputFiles), inputs: Object.keys(start.metafile.inputs) },
    rest: { code: rest.outputFiles[0]?.text ?? "", inputs: Object.keys(rest.metafile.inputs) },
  };
}

function asProgram(outputFiles: readonly OutputFile[]): string {
  const text = outputFiles[0]?.text ?? "";
  return text.startsWith("#!") ? text : hashbang + text;
}
