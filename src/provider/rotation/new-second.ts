/**
 * Keeps two generations of one key out of the same second.
 *
 * A generation is told by the second in which its key was created. Where two had the same number, whoever goes by it, such as the version
 * of a write-only argument, would keep a secret that is about to be revoked.
 */
import type { Clock } from "../../model/clock";
import type { Instant } from "../../model/instant";
import type { ListedKey } from "../../model/listed-key";

/** An API whose keys come from further in the future contradicts itself, and waiting for it would be of no use. */
const longestWaitSeconds = 5;

/**
 * Waits until a key that is made from then on is of a later second than all of these. Mostly it need not wait.
 * @param now the API's time, cut to whole seconds
 * @returns the API's time afterwards
 */
export async function awaitNewSecond(keys: readonly ListedKey[], now: Instant, clock: Clock): Promise<Instant> {
  const created = keys.flatMap(({ createdAt }) => (createdAt ? [secondOf(createdAt)] : []));
  const secondsAhead = Math.max(...created) - secondOf(now);
  if (secondsAhead < 0 || secondsAhead >= longestWaitSeconds) return now;
  const wait = { ms: (secondsAhead + 1) * 1000 };
  await clock.sleep(wait);
  return now.plus(wait);
}

function secondOf({ epochMs }: Instant): number {
  return Math.floor(epochMs / 1000);
}
