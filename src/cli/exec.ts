/**
 * `keyturn exec`: runs a command with the secret of a key in its environment.
 *
 * The secret goes from the place that it is read from into the environment of that one process: it is in no argument, file or line of output.
 */
import { systemClock } from "../model/clock";
import type { Duration } from "../model/duration";
import { KeyturnError } from "../model/error";
import type { StoreReader } from "../stores";
import type { CommandEnvironment } from "./command-environment";
import { readFirst } from "./exec/read-first";
import type { RotationAction } from "./exec/rotation-action";
import { sourceFrom } from "./exec/source-text";
import { supervise } from "./exec/supervise";
import { findDeclaredKey } from "./find-declared-key";

/** The options of `keyturn exec`. */
export interface ExecOptions {
  readonly key: string;
  readonly env: string;
  readonly from?: readonly string[];
  readonly dir?: readonly string[];
  readonly onRotation: RotationAction;
  readonly poll: Duration;
  readonly stopTimeout: Duration;
}

/**
 * Runs a command to its end.
 * @param words the program and its arguments
 * @returns its exit status, as a shell would give it
 * @throws KeyturnError before anything is started, if it cannot be
 */
export async function exec(
  words: readonly string[],
  options: ExecOptions,
  environment: CommandEnvironment,
): Promise<number> {
  const { key: keyName, env: variable } = options;
  const { variables, onSignal, isInputTerminal } = environment;
  const [program = "", ...programArguments] = words;
  requireVariableName(variable);
  const report = (line: string): void => {
    environment.printError(`keyturn: ${line}`);
  };
  const { source, held, passedOver } = await readFirst(await sourcesOf(options, environment), keyName);
  for (const reason of passedOver) report(`passed over: ${reason}`);
  // Neither the system nor Node takes such a value, and Node would quote it.
  if (held.secret.reveal().includes("\0")) {
    throw new KeyturnError("STORE_REFUSED", `${source.description} holds what cannot stand in an environment variable`);
  }
  return await supervise(
    { ...options, keyName, variable, held, source, variables, program, arguments: programArguments },
    { clock: systemClock, isAtTerminal: isInputTerminal, onSignal, report },
  );
}

async function sourcesOf(
  { key: keyName, from, dir }: ExecOptions,
  { variables, currentFolder }: CommandEnvironment,
): Promise<readonly StoreReader[]> {
  if (from) return from.map((text) => sourceFrom(text, { keyName, variables, currentFolder }));
  const { declared } = await findDeclaredKey(keyName, {
    folders: dir,
    currentFolder,
    variables,
    replacedKeys: "pass-over",
  });
  if (declared.stores.length > 0) return declared.stores;
  throw new KeyturnError(
    "INVALID_CONFIGURATION",
    `the secret of ${keyName} goes to Terraform's state only, which is not read here; deliver it to another place as well`,
  );
}

function requireVariableName(name: string): void {
  if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) return;
  throw new KeyturnError(
    "INVALID_VALUE",
    `${JSON.stringify(name)} is not the name of an environment variable; use letters, digits and _, such as PINBRIDGE_API_KEY`,
  );
}
