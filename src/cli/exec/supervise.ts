/**
 * Runs a command with the secret of a key until the command ends, and does what is asked for when the key is rotated.
 *
 * It restarts for a rotation only. A command that ends by itself has ended: whoever keeps services alive does that outside of keyturn,
 * and sees the command's own exit status.
 */
import type { Clock } from "../../model/clock";
import type { Duration } from "../../model/duration";
import type { HeldSecret, StoreReader } from "../../stores";
import type { CommandEnvironment } from "../command-environment";
import { childEnvironment } from "./child-environment";
import { exitStatusOf, RunningChild, type ChildEnd } from "./child-process";
import { startGuard } from "./guard";
import { readSecret } from "./read-first";
import type { RotationAction } from "./rotation-action";
import { watchKey } from "./watch-key";

/** What is run, with which secret, and what is done with it. */
export interface Supervision {
  readonly program: string;
  readonly arguments: readonly string[];
  readonly variables: Readonly<Record<string, string | undefined>>;
  /** The variable that the command finds the secret in. */
  readonly variable: string;
  readonly keyName: string;
  readonly held: HeldSecret;
  /** Where the secret came from, and where the next one will be. */
  readonly source: StoreReader;
  readonly onRotation: RotationAction;
  readonly poll: Duration;
  readonly stopTimeout: Duration;
}

/** What it is done with. */
export interface Surroundings {
  readonly clock: Clock;
  readonly isAtTerminal: boolean;
  readonly onSignal: CommandEnvironment["onSignal"];
  readonly report: (line: string) => void;
}

/** All that people and supervisors send to a service. */
const forwarded: readonly NodeJS.Signals[] = ["SIGTERM", "SIGINT", "SIGQUIT", "SIGHUP", "SIGUSR1", "SIGUSR2"];

/** Resolves with the exit status of the command, when nothing of it is watched any more. */
export async function supervise(supervision: Supervision, surroundings: Surroundings): Promise<number> {
  const { keyName, onRotation, stopTimeout, source } = supervision;
  const { clock, isAtTerminal, report } = surroundings;
  const guard = startGuard(stopTimeout, report);
  const start = (secret: HeldSecret["secret"]): RunningChild => {
    const variables = childEnvironment(supervision.variables, { name: supervision.variable, secret });
    const started = new RunningChild({ ...supervision, variables, isAtTerminal });
    guard.watchOver(started.target);
    return started;
  };

  let child = start(supervision.held.secret);
  let restart: { readonly held: HeldSecret; readonly stopped: Promise<boolean> } | undefined;
  const ending = new AbortController();
  const signals = surroundings.onSignal(forwarded, (name) => {
    // Ctrl-C at a terminal is for the command to understand: it may only end what the command is doing.
    const isInterrupt = name === "SIGINT" || name === "SIGQUIT";
    if (name === "SIGTERM" || (isInterrupt && (!isAtTerminal || restart))) ending.abort();
    child.signal(name);
  });

  const rotate = async (keyId: string): Promise<string> => {
    if (onRotation.kind === "signal") {
      report(`${keyName} has been rotated, to the key ${keyId}; sending ${onRotation.name} to ${supervision.program}`);
      child.signal(onRotation.name);
      return keyId;
    }
    // Before anything is stopped: without a secret there would be nothing to start.
    const held = await readSecret(source, keyName);
    if (held.keyId === inUse || ending.signal.aborted || child.hasEnded) return inUse;
    report(`${keyName} has been rotated, to the key ${held.keyId}; restarting ${supervision.program}`);
    restart = { held, stopped: child.stop(stopTimeout, clock) };
    if (await restart.stopped) report(`${supervision.program} did not end within ${stopTimeout}, and was killed`);
    return held.keyId;
  };
  let inUse = supervision.held.keyId;
  if (onRotation.kind !== "ignore") {
    void watchKey({
      source,
      keyName,
      keyId: inUse,
      poll: supervision.poll,
      clock,
      signal: ending.signal,
      report,
      onOtherKey: async (keyId) => (inUse = await rotate(keyId)),
    });
  }

  try {
    for (;;) {
      const end = await child.ended;
      if (!restart) return ended(end);
      await restart.stopped;
      if (ending.signal.aborted) return ended(end);
      child = start(restart.held.secret);
      restart = undefined;
    }
  } finally {
    ending.abort();
    signals.stop();
    await guard.dismiss();
  }

  function ended(end: ChildEnd): number {
    if (end.kind === "not-started") report(`${supervision.program} cannot be started: ${reasonOf(end.code)}`);
    return exitStatusOf(end);
  }
}

function reasonOf(code: string): string {
  if (code === "ENOENT") return "there is no such program";
  if (code === "EACCES") return "it may not be executed";
  return code;
}
