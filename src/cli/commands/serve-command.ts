/** `keyturn serve`. What it does is loaded only when it runs. */
import { InvalidArgumentError, type Command } from "commander";
import type { ServeOptions } from "../serve";
import type { CommandContext } from "./command-context";

const help = `
The server listens on 127.0.0.1 only. At the first start it makes one person who can log in, and prints the password once.

Environment:
  KEYTURN_SERVE_EMAIL     e-mail address of that person (default: admin@keyturn.localhost)
  KEYTURN_SERVE_PASSWORD  password to use instead of a random one; also replaces a forgotten one`;

/** Adds the command. */
export function addServeCommand(program: Command, { environment }: CommandContext): void {
  program
    .command("serve")
    .description("run the embedded key API, for development and tests")
    .option("--port <number>", "port to listen on; 0 takes a free one", parsePort, 8470)
    .option("--data <file>", "keep the keys in this file; without it they are gone when the server stops")
    .option("--sandbox", "make a sandbox project, whose keys begin with pb_test_")
    .option("--admin", "allow faults, behaviour and clock to be changed under /_embedded/ (for tests)")
    .option("--json", "print one line of JSON for scripts")
    .addHelpText("after", help)
    .action(async (options: ServeOptions) => {
      const { serve } = await import("../serve.js");
      await serve(options, environment);
    });
}

function parsePort(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535) throw new InvalidArgumentError("give a number from 0 to 65535.");
  return port;
}
