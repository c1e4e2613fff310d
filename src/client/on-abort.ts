/** Listening to a signal that many calls may share. */
import { setMaxListeners } from "node:events";

/** Calls the listener when the signal is aborted. Gives the function that ends the listening. */
export function onAbort(signal: AbortSignal, listener: () => void): () => void {
  // One signal for all calls of a run is ordinary use; Node would warn of a leak at the eleventh.
  setMaxListeners(0, signal);
  signal.addEventListener("abort", listener, { once: true });
  return () => {
    signal.removeEventListener("abort", listener);
  };
}
