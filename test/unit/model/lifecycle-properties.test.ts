/**
 * The promises of a key's life, held over random histories: runs that are killed after any request, late and coarse evidence, slow
 * services, outages, several states, and people who interfere.
 *
 * A failure prints a seed and the shortest history that fast-check finds. `KEYTURN_PROPERTY_RUNS` sets the number of histories for each promise.
 */
import fc from "fast-check";
import { histories, live, messyHistories } from "../../support/simulated-life/history";
import { settings } from "../../support/simulated-life/setting";
import type { Promised } from "../../support/simulated-life/world";

const numRuns = Number(process.env["KEYTURN_PROPERTY_RUNS"] ?? 300);
const timeoutMs = 20_000 + numRuns * 100;

describe.each([
  ["keyturn is left to itself", histories],
  ["people interfere by hand", messyHistories],
])("while %s", (_name, arbitrary) => {
  test.each<Promised>([
    "there is always a key that works",
    "there are never two active keys of our making",
    "no key ends inside its overlap",
    "no key ends while a store hands it out",
    "no key ends without evidence",
    "no service fails",
    "no foreign key changes",
    "every run converges",
    "the same facts lead to the same decisions",
    "every key is accounted for",
  ])(
    "%s",
    (promised) => {
      fc.assert(
        fc.property(settings, arbitrary, (setting, history) => {
          expect(live(setting, history).filter((each) => each.promised === promised)).toEqual([]);
        }),
        { numRuns },
      );
    },
    timeoutMs,
  );
});
