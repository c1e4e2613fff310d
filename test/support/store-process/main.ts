/**
 * A process that does one thing with an encrypted file: `put|restore|check|current PATH RECIPIENT KEY_ID`.
 *
 * With KILL_BEFORE_STEP=n it kills itself before the nth call to the file system, having written half of what that call would have
 * written. It prints the error's code and message, or what the store holds, and last the number of its calls.
 */
import fs from "node:fs";
import fsPromises, { type FileHandle } from "node:fs/promises";
import { openStores, type Store } from "../../../src/stores";
import { deliveryOf } from "../delivery";
import { contextOf } from "../store-context";

const killBeforeStep = Number(process.env["KILL_BEFORE_STEP"]);
let steps = 0;

/** Counts the calls of a function, and ends the process at the one that is named. */
function count(holder: object, names: readonly string[], onKill: (self: unknown, args: unknown[]) => void): void {
  const functions = holder as Record<string, (...args: unknown[]) => unknown>;
  for (const name of names) {
    const original = functions[name];
    if (!original) throw new Error(`there is no ${name}`);
    functions[name] = function (this: unknown, ...args: unknown[]) {
      steps += 1;
      if (steps === killBeforeStep) {
        onKill(this, args);
        process.kill(process.pid, "SIGKILL");
      }
      return original.apply(this, args);
    };
  }
}

async function countFileSystemCalls(): Promise<void> {
  const handle = await fsPromises.open(__filename);
  const prototype = Object.getPrototypeOf(handle) as object;
  await handle.close();
  const nothing = (): void => undefined;
  count(fsPromises, ["open", "rename", "rm", "stat", "readdir"], nothing);
  count(prototype, ["stat", "readFile", "sync"], nothing);
  count(prototype, ["writeFile"], (self, [content]) => {
    const half = (content as Uint8Array).subarray(0, (content as Uint8Array).length / 2);
    fs.writeSync((self as FileHandle).fd, half);
  });
}

async function act(store: Store, verb: string, keyId: string): Promise<void> {
  if (verb === "put") await store.put(deliveryOf(keyId));
  else if (verb === "restore") await store.restorePrevious(keyId);
  else if (verb === "check") await store.check();
  else process.stdout.write(`${JSON.stringify(await store.current())}\n`);
}

async function main(): Promise<void> {
  const [verb = "", file = "", recipient = "", keyId = ""] = process.argv.slice(2);
  await countFileSystemCalls();
  const [store] = openStores([{ kind: "encrypted_file", path: file, recipients: [recipient] }], contextOf());
  if (!store) throw new Error("no store was opened");
  try {
    await act(store, verb, keyId);
  } catch (error) {
    const { code, message } = error as { code?: string; message: string };
    process.stdout.write(`${String(code)}: ${message}\n`);
    process.exitCode = 1;
  }
  process.stdout.write(`${steps} steps\n`);
}

void main();
