/**
 * Compiles `src/` to JavaScript and type declarations: one output file for each source file, no bundling.
 */
import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import path from "node:path";
import { once } from "node:events";

/** @throws Error with the compiler's own messages if a type is wrong */
export async function compileLibrary({ root, outFolder }: { root: string; outFolder: string }): Promise<void> {
  const typescriptFolder = path.dirname(createRequire(__filename).resolve("typescript/package.json"));
  const compiler = spawn(
    process.execPath,
    [path.join(typescriptFolder, "bin/tsc"), "--project", "config/tsconfig.build.json", "--outDir", outFolder],
    { cwd: root, stdio: ["ignore", "pipe", "inherit"] },
  );
  let output = "";
  compiler.stdout.setEncoding("utf8").on("data", (chunk: string) => (output += chunk));
  await once(compiler, "close");
  if (compiler.exitCode !== 0) throw new Error(`The library does not compile:\n${output}`);
}
