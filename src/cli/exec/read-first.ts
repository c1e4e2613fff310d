/** Takes the secret of a key from the first of several places that gives it. */
import { KeyturnError } from "../../model/error";
import type { HeldSecret, StoreReader } from "../../stores";

/** A secret, and the place that it came from. */
export interface FirstRead {
  readonly source: StoreReader;
  readonly held: HeldSecret;
  /** Why the places before it were passed over, in sentences without their ends. */
  readonly passedOver: readonly string[];
}

/**
 * Asks one place after the other.
 * @param keyName the logical key, for messages
 * @throws KeyturnError STORE_UNREACHABLE that says why of each place, if none gives it
 */
export async function readFirst(sources: readonly StoreReader[], keyName: string): Promise<FirstRead> {
  const passedOver: string[] = [];
  for (const source of sources) {
    try {
      return { source, held: await readSecret(source, keyName), passedOver };
    } catch (error) {
      if (!(error instanceof KeyturnError)) throw error;
      passedOver.push(error.message);
    }
  }
  throw new KeyturnError(
    "STORE_UNREACHABLE",
    `the secret of ${keyName} cannot be had, and nothing was started: ${passedOver.join("; ")}`,
  );
}

/**
 * The secret of a key that must be there.
 * @throws KeyturnError STORE_REFUSED if the place holds none of this key, and says what it holds
 */
export async function readSecret(source: StoreReader, keyName: string): Promise<HeldSecret> {
  const held = await source.read();
  if (held) return held;
  const { foreign } = await source.current();
  throw new KeyturnError("STORE_REFUSED", nothingThere(source, { keyName, foreign }));
}

/** What is said of a place that holds no secret of the key. */
export function nothingThere(
  { description }: StoreReader,
  { keyName, foreign }: { readonly keyName: string; readonly foreign: string | undefined },
): string {
  return foreign === undefined
    ? `${description} holds no secret; deploy the key ${keyName} first, or correct the place`
    : `${description} is ${foreign}, and not the secret of the key ${keyName}; correct the name or the place`;
}
