import fc from "fast-check";
import { newAgeReader, type AgeReader } from "../support/age-reader";
import { live, type Counts } from "../support/random-life/life";
import { anyBeginning, anyStep } from "../support/random-life/steps";

/** More lives than every test run has time for: `KEYTURN_RANDOM_LIVES=2000 npx jest random-lives`, with `KEYTURN_RANDOM_SEED` again the same. */
const lives = Number(process.env["KEYTURN_RANDOM_LIVES"] ?? 12);
/** Always the same lives in every test run; `random` draws others. */
const seed = process.env["KEYTURN_RANDOM_SEED"] ?? "3";
const onlyLife = process.env["KEYTURN_RANDOM_PATH"];

describe("a key that leads a random life", () => {
  let reader: AgeReader;
  beforeAll(async () => {
    reader = await newAgeReader();
    // The only chance that is not drawn: how long the client waits before it repeats a request.
    jest.spyOn(Math, "random").mockReturnValue(0.5);
  });
  afterAll(() => {
    jest.restoreAllMocks();
  });

  test(
    "never leaves a service without a working key, and ends as one key",
    async () => {
      const counts: Counts = new Map();
      await fc.assert(
        fc.asyncProperty(
          anyBeginning,
          fc.array(anyStep, { minLength: 10, maxLength: 40 }),
          async (beginning, steps) => {
            await live(beginning, steps, { reader, counts });
          },
        ),
        {
          numRuns: lives,
          ...(seed === "random" ? {} : { seed: Number(seed) }),
          // One life alone, as the failure report names it.
          ...(onlyLife === undefined ? {} : { path: onlyLife }),
          endOnFailure: process.env["KEYTURN_RANDOM_SHRINK"] === undefined,
        },
      );
      if (process.env["KEYTURN_RANDOM_SHOW"]) console.log([...counts]);
    },
    Math.max(60_000, lives * 20_000),
  );
});
