/**
 * Waits a little for something that core does at the same time: it plans the objects of a configuration side by side.
 */
import type { Clock } from "../../model/clock";
import { Duration } from "../../model/duration";

const pause = Duration.seconds(1);
const longestWait = Duration.seconds(3);

/** Whether the condition holds, now or within some seconds. */
export async function soon(condition: () => boolean, clock: Clock, signal: AbortSignal): Promise<boolean> {
  for (let waitedMs = 0; waitedMs < longestWait.ms; waitedMs += pause.ms) {
    if (condition()) return true;
    await clock.sleep(pause, signal);
  }
  return condition();
}
