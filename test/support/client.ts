/** A client for tests: patient only where a test wants it to be, and always closed. */
import { createKeyApiClient, type KeyApiClient, type KeyApiClientOptions } from "../../src/client";
import type { Clock } from "../../src/model/clock";
import { Instant } from "../../src/model/instant";
import { testWorld } from "../../src/testing";

/** A clock on which every wait is over at once, and noted. */
export interface SkippingClock extends Clock {
  readonly waitsMs: readonly number[];
}

/** Makes a clock that tells the real time and never waits. */
export function skippingClock(): SkippingClock {
  const waitsMs: number[] = [];
  return {
    waitsMs,
    now: () => Instant.ofEpochMs(Date.now()),
    sleep: (duration, signal) => {
      signal?.throwIfAborted();
      waitsMs.push(duration.ms);
      return Promise.resolve();
    },
  };
}

/** Runs a test with a client, and closes it afterwards. Pauses between tries take no time unless a clock is given. */
export async function withClient<T>(
  options: Partial<KeyApiClientOptions> & { readonly endpoint: string },
  test: (client: KeyApiClient) => Promise<T>,
): Promise<T> {
  const client = createKeyApiClient({
    credentials: { kind: "key", secret: testWorld.managementKey },
    userAgent: "keyturn/0.0.0 (+test)",
    clock: skippingClock(),
    random: () => 0,
    ...options,
  });
  try {
    return await test(client);
  } finally {
    await client.close();
  }
}
