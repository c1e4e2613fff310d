/** Waiting for work that is shared with others: whoever stops waiting does not stop the work. */
import { KeyturnError } from "../model/error";
import { onAbort } from "./on-abort";

/**
 * Joins the work and gives what it gives, unless the signal is aborted first.
 * @throws KeyturnError ABORTED as soon as the signal is aborted; and whatever the work ends with
 */
export async function waitFor<T>(join: () => Promise<T>, purpose: string, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return join();
  const aborted = (): KeyturnError => new KeyturnError("ABORTED", `cannot ${purpose}: ended by the caller`);
  if (signal.aborted) throw aborted();
  return new Promise<T>((resolve, reject) => {
    const stopListening = onAbort(signal, () => {
      reject(aborted());
    });
    join().then(resolve, reject).finally(stopListening);
  });
}
