#!/usr/bin/env node
/** The `keyturn` command: hands the process to the program. The only file here that touches `process`. */
import { runProgram } from "../program";

async function main(): Promise<void> {
  process.exitCode = await runProgram(process.argv.slice(2), {
    variables: process.env,
    currentFolder: process.cwd(),
    isTerminal: process.stdout.isTTY && !process.env["NO_COLOR"],
    readInput: async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
      return Buffer.concat(chunks);
    },
    print: (line) => process.stdout.write(`${line}\n`),
    printError: (line) => process.stderr.write(`${line}\n`),
    untilStopped: () =>
      new Promise((resolve) => {
        for (const signal of ["SIGINT", "SIGTERM"] as const) {
          process.once(signal, () => {
            resolve();
          });
        }
      }),
  });
}

void main();
