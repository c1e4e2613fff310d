import { watchKey } from "../../../../src/cli/exec/watch-key";
import { Duration } from "../../../../src/model/duration";
import { KeyturnError } from "../../../../src/model/error";
import type { StoreReader } from "../../../../src/stores";
import { FakeClock } from "../../../../src/testing";

type Answer = string | KeyturnError | { readonly foreign: string } | undefined;

/** Watches a place that gives these answers, one at each look, and tells what came of it. */
async function watching(
  answers: readonly Answer[],
  onOtherKey: (keyId: string) => Promise<string> = async (keyId) => keyId,
): Promise<{ told: string[]; reported: string[] }> {
  const clock = new FakeClock();
  const ending = new AbortController();
  const told: string[] = [];
  const reported: string[] = [];
  let looks = 0;
  const source: StoreReader = {
    description: "the place",
    current: async () => {
      const answer = answers[looks];
      looks += 1;
      if (answer instanceof KeyturnError) throw answer;
      return typeof answer === "object"
        ? { current: undefined, foreign: answer.foreign }
        : { current: answer, foreign: undefined };
    },
    read: () => Promise.reject(new Error("a watch reads no secret")),
  };
  const watch = watchKey({
    source,
    keyName: "scheduler-prod",
    keyId: "k1",
    poll: Duration.seconds(30),
    clock,
    signal: ending.signal,
    report: (line) => reported.push(line),
    onOtherKey: async (keyId) => {
      told.push(keyId);
      return await onOtherKey(keyId);
    },
  });
  for (const [index] of answers.entries()) {
    while (clock.sleeping === 0) await new Promise(setImmediate);
    clock.advance(Duration.seconds(29));
    expect(looks).toBe(index);
    clock.advance(Duration.seconds(1));
  }
  while (clock.sleeping === 0) await new Promise(setImmediate);
  ending.abort();
  await watch;
  return { told, reported };
}

const down = (words: string): KeyturnError => new KeyturnError("STORE_UNREACHABLE", `the place is ${words}`);
const goesOn = ". The command goes on as it is, and keyturn looks again every 30s";

describe("a watched place", () => {
  test.each<[string, Answer[], string[], string[]]>([
    ["says nothing while the key is the same", ["k1", "k1"], [], []],
    ["tells once of another key", ["k1", "k2", "k2"], ["k2"], []],
    ["tells of the key of before when it is back", ["k2", "k1"], ["k2", "k1"], []],
    [
      "reports trouble once, and its end",
      [down("down"), down("down"), "k1", "k1"],
      [],
      [`the place is down${goesOn}`, "the place can be read again"],
    ],
    [
      "reports other trouble",
      [down("down"), down("locked")],
      [],
      [`the place is down${goesOn}`, `the place is locked${goesOn}`],
    ],
    [
      "reports that nothing is there any more",
      [undefined],
      [],
      [`the place holds no secret; deploy the key scheduler-prod first, or correct the place${goesOn}`],
    ],
    [
      "reports somebody else's secret, and does not tell of it",
      [{ foreign: "the secret of the key billing-prod" }],
      [],
      [
        `the place is the secret of the key billing-prod, and not the secret of the key scheduler-prod; correct the name or the place${goesOn}`,
      ],
    ],
    [
      "tells of a rotation that came while it was down",
      [down("down"), "k2"],
      ["k2"],
      [`the place is down${goesOn}`, "the place can be read again"],
    ],
  ])("%s", async (_name, answers, told, reported) => {
    expect(await watching(answers)).toEqual({ told, reported });
  });

  test("tells again of a key that could not be taken over", async () => {
    let attempts = 0;
    const { told, reported } = await watching(["k2", "k2", "k2"], async (keyId) => {
      attempts += 1;
      if (attempts === 1) throw down("locked");
      return keyId;
    });
    expect(told).toEqual(["k2", "k2"]);
    expect(reported).toEqual([`the place is locked${goesOn}`, "the place can be read again"]);
  });
});
