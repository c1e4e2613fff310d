/**
 * The watch that is kept at present, which the supports of the tests tell of folders, runs and secrets.
 *
 * There is one in each file of test/acceptance, from its start to its end; elsewhere there is none.
 */
import type { Canary } from "./canary";

let current: Canary | undefined;

/** The watch that is kept, if one is. */
export function currentCanary(): Canary | undefined {
  return current;
}

/** Lets another one keep watch. @returns the one that did before */
export function replaceCanary(canary: Canary | undefined): Canary | undefined {
  const before = current;
  current = canary;
  return before;
}
