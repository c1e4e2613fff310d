/**
 * Keeps stdout for the handshake line alone.
 *
 * The host reads stdout as protocol, so one `console.log` in any dependency would break the start of the provider.
 */
import type { Logger } from "../../logging/logger";
import type { HostStream } from "./host";

/**
 * From now on, whatever anybody writes to the stream is kept from it. The log tells that it happened and how much it was, but not
 * what: nobody knows what a careless line holds.
 * @returns the only way left to write to the stream
 */
export function guardStdout(stdout: HostStream, log: Logger): (text: string) => void {
  const write = stdout.write.bind(stdout);
  stdout.write = (chunk: string | Uint8Array, ...rest: readonly unknown[]): boolean => {
    log.warn(`stray output on stdout was dropped: ${Buffer.byteLength(chunk)} bytes`);
    // Writers may wait for their callback, which is the last argument when there is one.
    const callback = rest.at(-1);
    if (isCallback(callback)) {
      queueMicrotask(callback);
    }
    return true;
  };
  return (text) => {
    write(text);
  };
}

function isCallback(value: unknown): value is () => void {
  return typeof value === "function";
}
