#!/usr/bin/env node
/**
 * The `keyturn` command: hands the process to the program. The only file here that touches `process`.
 *
 * Standard input and output may be shared with a command that keyturn runs. So their streams are not made before they are used: Node
 * sets what is behind them to non-blocking, which the other one would feel.
 */
import { writeSync } from "node:fs";
import { isatty } from "node:tty";
import { runProgram } from "../program";

/** What is still under way when a command is done, such as a question to a store that nobody waits for, gets no longer than this. */
const lastGraceMs = 1000;

async function main(): Promise<void> {
  process.exitCode = await runProgram(process.argv.slice(2), {
    variables: process.env,
    currentFolder: process.cwd(),
    isTerminal: isatty(1) && !process.env["NO_COLOR"],
    isInputTerminal: isatty(0),
    readInput: async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
      return Buffer.concat(chunks);
    },
    print: (line) => process.stdout.write(`${line}\n`),
    printError,
    untilStopped: () =>
      new Promise((resolve) => {
        for (const signal of ["SIGINT", "SIGTERM"] as const) {
          process.once(signal, () => {
            resolve();
          });
        }
      }),
    onSignal: (names, listener) => {
      for (const name of names) process.on(name, listener);
      return {
        stop: () => {
          for (const name of names) process.off(name, listener);
        },
      };
    },
  });
  setTimeout(() => process.exit(), lastGraceMs).unref();
}

function printError(line: string): void {
  try {
    writeSync(2, `${line}\n`);
  } catch {
    // A message that nobody can take must not end what is running.
  }
}

void main();
