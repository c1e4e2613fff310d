/**
 * Looks at a Secret and makes the write that follows from what is there, again and again until the two fit together.
 *
 * Others may change the Secret for reasons of their own, such as a label. Where they change whose secrets are in it, nothing is written.
 */
import type { KeyturnError } from "../../model/error";
import { isSame, judgeMetadata, judgeSecret, versionOf, type FoundSecret, type Place } from "./found-secret";
import type { SecretApi, WriteOutcome } from "./secret-api";
import type { SecretWrite } from "./secret-write";

const maxTries = 5;

interface Steps {
  readonly find: () => Promise<FoundSecret>;
  /** Undefined where nothing is to be done. Throws where nothing may be done. */
  readonly writeFor: (found: FoundSecret) => SecretWrite | undefined;
  readonly send: (write: SecretWrite) => Promise<WriteOutcome>;
  readonly refusal: (reason: string) => KeyturnError;
}

/**
 * @returns what was found at first
 * @throws what `refusal` makes of the reason, if others have changed more than what is theirs, or go on changing it
 */
export async function writeWhatFits({ find, writeFor, send, refusal }: Steps): Promise<FoundSecret> {
  const first = await find();
  let found = first;
  for (let tries = 1; ; tries += 1) {
    const write = writeFor(found);
    if (!write) return first;
    const outcome = await send(write);
    if (outcome === "done") return first;
    const now = await find();
    // The write may be what has changed it, if its answer was lost.
    if (writeFor(now) === undefined) return first;
    if (!isSame(now, first) || tries === maxTries) {
      throw refusal("somebody else has changed it in this moment. Make sure that only one run delivers to it");
    }
    if (outcome === "inapplicable" && versionOf(now) === versionOf(found)) {
      throw refusal("its data are not what its annotations say. Remove it, or deliver to another Secret");
    }
    found = now;
  }
}

/** Reads the names of the data keys only where the metadata do not tell enough, since the values come with them. */
export async function findSecret(api: SecretApi, place: Place): Promise<FoundSecret> {
  const metadata = await api.metadata();
  if (!metadata) return { kind: "missing" };
  const judged = judgeMetadata(metadata, place);
  if (judged) return judged;
  const whole = await api.whole();
  return whole ? judgeSecret(whole.metadata, [...whole.data.keys()], place) : { kind: "missing" };
}
