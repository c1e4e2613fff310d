/**
 * Bundles a bin file with everything that it imports into one CommonJS file that starts with Node.
 *
 * Identifiers keep their names, so that a stack trace from the field can be read. Modules loaded with a dynamic import
 * stay unevaluated until they are asked for, although they are in the same file.
 */
import { build } from "esbuild";

const hashbang = "#!/usr/bin/env node\n";

/** A program in one file. */
export interface Bundle {
  readonly code: string;
  /** Every file that went into it, relative to the root. */
  readonly inputs: readonly string[];
}

export async function bundle({ root, entry }: { root: string; entry: string }): Promise<Bundle> {
  const { outputFiles, metafile } = await build({
    absWorkingDir: root,
    entryPoints: [entry],
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
  });
  const text = outputFiles[0]?.text ?? "";
  return { code: text.startsWith("#!") ? text : hashbang + text, inputs: Object.keys(metafile.inputs) };
}
