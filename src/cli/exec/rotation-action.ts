/** Reads what `--on-rotation` asks for: what is done with a running command when its key has been rotated. */
import { constants } from "node:os";
import { KeyturnError } from "../../model/error";

/** What is done. To signal leaves the command with the environment that it has: it reads the new secret itself, or ends. */
export type RotationAction =
  | { readonly kind: "ignore" }
  | { readonly kind: "restart" }
  | { readonly kind: "signal"; readonly name: NodeJS.Signals };

/** Signals that no process can handle, so they would end or freeze the command rather than tell it something. */
const unhandled: readonly string[] = ["SIGKILL", "SIGSTOP"];

/** @throws KeyturnError INVALID_VALUE that says what is allowed */
export function parseRotationAction(text: string): RotationAction {
  if (text === "ignore" || text === "restart") return { kind: text };
  const name = /^signal:(SIG[A-Z0-9]+)$/.exec(text)?.[1];
  if (name !== undefined && isSignal(name)) return { kind: "signal", name };
  throw new KeyturnError(
    "INVALID_VALUE",
    `${JSON.stringify(text)} is nothing to do when a key has been rotated; write ignore, restart, or signal: and the name of a signal ` +
      "that a process can handle, such as signal:SIGHUP",
  );
}

function isSignal(name: string): name is NodeJS.Signals {
  return Object.hasOwn(constants.signals, name) && !unhandled.includes(name);
}
