/**
 * Looks again and again which key a place holds the secret of, and tells when it is another one.
 *
 * Trouble never ends it: a place that cannot be read is reported once, and again when the trouble changes or is over.
 */
import type { Clock } from "../../model/clock";
import type { Duration } from "../../model/duration";
import type { StoreReader } from "../../stores";
import { nothingThere } from "./read-first";

/** What is watched, and who is told. */
export interface Watch {
  readonly source: StoreReader;
  readonly keyName: string;
  /** The key whose secret is in use at first. */
  readonly keyId: string;
  readonly poll: Duration;
  readonly clock: Clock;
  /** Ends the watch. */
  readonly signal: AbortSignal;
  readonly report: (line: string) => void;
  /**
   * Is told of another key.
   * @returns the id of the key that is in use from now on. If it throws, that is reported, and it is told again at the next look.
   */
  readonly onOtherKey: (keyId: string) => Promise<string>;
}

/** Resolves when the signal is aborted. Never rejects. */
export async function watchKey(watch: Watch): Promise<void> {
  const { source, keyName, poll, clock, signal, report, onOtherKey } = watch;
  let inUse = watch.keyId;
  let trouble: string | undefined;
  while (await passes(poll, { clock, signal })) {
    let found: string | undefined;
    try {
      const { current, foreign } = await source.current();
      if (signal.aborted) return;
      if (current === undefined) found = nothingThere(source, { keyName, foreign });
      else if (current !== inUse) inUse = await onOtherKey(current);
    } catch (error) {
      found = error instanceof Error ? error.message : String(error);
    }
    if (found !== trouble && !signal.aborted) {
      report(
        found === undefined
          ? `${source.description} can be read again`
          : `${found}. The command goes on as it is, and keyturn looks again every ${poll}`,
      );
    }
    trouble = found;
  }
}

/** Waits. @returns false if the wait was ended by the signal */
async function passes(time: Duration, { clock, signal }: Pick<Watch, "clock" | "signal">): Promise<boolean> {
  try {
    await clock.sleep(time, signal);
    return true;
  } catch (error) {
    if (signal.aborted) return false;
    throw error;
  }
}
