/** `keyturn exec`. What it does is loaded only when it runs. */
import { InvalidArgumentError, Option, type Command } from "commander";
import { Duration } from "../../model/duration";
import { KeyturnError } from "../../model/error";
import type { ExecOptions } from "../exec";
import { ownCredentials } from "../exec/child-environment";
import { parseRotationAction } from "../exec/rotation-action";
import { collect, type CommandContext } from "./command-context";

const help = `
The secret is read once, put into the environment of COMMAND, and nowhere else. Signals are handed on, and the exit status is that of
COMMAND. If the secret cannot be read, nothing is started, and the exit status is 1.

Where it is read: from the places that --from names, on machines without Terraform; else from the delivery targets of the key, which are
read with "terraform show" in the folder of each stack, as for a roll-back. The first place that can be read is taken.

  --from encrypted-file:/srv/secrets/scheduler.age
  --from vault-kv:publishing/scheduler-prod?mount=kv&field=api_key
  --from kubernetes-secret:publishing/scheduler?key=api-key
  --from aws-secrets-manager:publishing/scheduler-prod?region=eu-central-1&json-key=api_key

When the key has been rotated, restart reads the new secret, ends COMMAND with SIGTERM, and starts it again. A running process keeps its
environment, so signal:NAME is for one that reads its secret again by itself, or ends and is started again by somebody else.

Environment:
  KEYTURN_AGE_IDENTITY_FILE, KEYTURN_AGE_IDENTITY  the private key for encrypted files
COMMAND gets all variables but those that hold credentials of keyturn itself:
  ${ownCredentials.join(", ")}`;

/** Adds the command. */
export function addExecCommand(program: Command, { environment, ending }: CommandContext): void {
  // What follows a command belongs to it, and what follows COMMAND of exec belongs to that.
  program.enablePositionalOptions();
  program
    .command("exec")
    .description("run a command with the secret of a key in its environment")
    .usage("--key <name> --env <variable> [options] -- COMMAND [ARGUMENT…]")
    .argument("<command...>", "the command and its arguments")
    .passThroughOptions()
    .requiredOption("--key <name>", "the key's name: service-environment")
    .requiredOption("--env <variable>", "the variable in which COMMAND finds the secret")
    .addOption(
      new Option("--from <place>", "read the secret there; may be given more than once")
        .argParser(collect)
        .conflicts("dir"),
    )
    .option("--dir <folder>", "folder that Terraform runs in; may be given more than once", collect)
    .addOption(
      new Option("--on-rotation <action>", "what to do when the key has been rotated: ignore, restart or signal:SIGHUP")
        .argParser(parsedBy(parseRotationAction))
        .default({ kind: "ignore" }, "ignore"),
    )
    .addOption(durationOption("--poll <time>", "how often to look whether it has been", Duration.seconds(30)))
    .addOption(
      durationOption("--stop-timeout <time>", "how long COMMAND may take to end at a restart", Duration.seconds(10)),
    )
    .addHelpText("after", help)
    .action(async (words: readonly string[], options: ExecOptions) => {
      const { exec } = await import("../exec.js");
      ending.status = await exec(words, options, environment);
    });
}

function durationOption(flags: string, description: string, byDefault: Duration): Option {
  const parse = (text: string): Duration => {
    const duration = Duration.parse(text);
    if (duration.isZero()) throw new KeyturnError("INVALID_VALUE", "it must be longer than nothing");
    return duration;
  };
  return new Option(flags, description).argParser(parsedBy(parse)).default(byDefault, byDefault.toString());
}

/** Lets commander name the option whose value a parser of ours refuses. */
function parsedBy<Value>(parse: (text: string) => Value): (text: string) => Value {
  return (text) => {
    try {
      return parse(text);
    } catch (error) {
      throw error instanceof KeyturnError ? new InvalidArgumentError(`${error.message}.`) : error;
    }
  };
}
