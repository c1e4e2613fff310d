import { judgeLastKey } from "../../../src/model/end-of-key";
import type { MissingCondition } from "../../../src/model/retirement";
import type { VerificationMode } from "../../../src/model/rotation-policy";
import { at, said, shortPolicy, type Said } from "../../support/judgement";

const day = 86_400;

interface Case {
  readonly sources: readonly Said[];
  readonly proven?: number;
  readonly now: number;
}

function missingConditions({ sources, proven, now }: Case, verification: VerificationMode = "evidence") {
  const key = { observations: sources.map(said), provenAt: proven === undefined ? undefined : at(proven) };
  const verdict = judgeLastKey(key, { policy: shortPolicy({ verification }), now: at(now) });
  return verdict.kind === "due" ? [] : verdict.missing;
}

describe("the last key of its name", () => {
  test.each<[string, Case, string[]]>([
    ["may end when it has been quiet for long enough", { sources: [{ used: 70, watched: [0, 100] }], now: 100 }, []],
    ["stays while it is in use", { sources: [{ used: 70.001, watched: [0, 100] }], now: 100 }, ["quiet"]],
    ["stays as much longer as uses are noted late", { sources: [{ used: 70, watched: [0, 99] }], now: 100 }, ["quiet"]],
    ["may end when nobody has used it", { sources: [{ watched: [0, 100] }], now: 100 }, []],
    ["stays when it was not watched for long enough", { sources: [{ watched: [71, 100] }], now: 100 }, ["quiet"]],
    ["stays when nobody can tell", { sources: [{}], now: 1000 }, ["quiet"]],
    ["stays when nobody was asked", { sources: [], now: 1000 }, ["quiet"]],
    [
      "may end when only the proof has used it",
      { sources: [{ used: 99, watched: [0, 100] }], proven: 99, now: 100 },
      [],
    ],
    [
      "stays when only the proof has used it, and nobody knows how late uses are noted",
      { sources: [{ used: 99 }], proven: 99, now: 100 },
      ["quiet"],
    ],
    [
      "stays when only the proof has used it, and a later use may not be noted yet",
      { sources: [{ used: 10, watched: [0, 39] }], proven: 10, now: 100 },
      ["quiet"],
    ],
    [
      "may end when only the proof has used it, and it was watched for long enough since",
      { sources: [{ used: 10, watched: [0, 40] }], proven: 10, now: 100 },
      [],
    ],
    [
      "stays when it was used after the proof",
      { sources: [{ used: 99, watched: [0, 100] }], proven: 98, now: 100 },
      ["quiet"],
    ],
    [
      "stays when a coarse timestamp may hide a use after the proof",
      { sources: [{ used: 60, upTo: 120, watched: [0, 100] }], proven: 99, now: 100 },
      ["quiet"],
    ],
    ["stays when the proof was not noted, and nobody watches", { sources: [{}], proven: 1, now: 1000 }, ["quiet"]],
    [
      "stays when it was used lately, and nobody knows how late uses are noted",
      { sources: [{ used: 70.001 }], now: 100 },
      ["quiet"],
    ],
    ["stays for a day more than the quiet period then", { sources: [{ used: 70 }], now: day + 99.999 }, ["quiet"]],
    ["may end when that day is over, too", { sources: [{ used: 70 }], now: day + 100 }, []],
    [
      "stays when one of several sources knows of a use",
      { sources: [{ watched: [0, 100] }, { used: 95 }], now: 100 },
      ["quiet"],
    ],
    [
      "stays when a source does not answer",
      { sources: [{ used: 10, watched: [0, 100] }, { problem: "Prometheus is away" }], now: 100 },
      ["answers"],
    ],
    [
      "stays for both reasons",
      { sources: [{ used: 99, watched: [0, 100] }, { problem: "Prometheus is away" }], now: 100 },
      ["answers", "quiet"],
    ],
  ])("%s", (_name, facts, missing) => {
    expect(missingConditions(facts).map(({ condition }) => condition)).toEqual(missing);
  });

  test.each<[string, Case, string[]]>([
    ["may end without evidence", { sources: [{}], now: 100 }, []],
    ["may end when nobody watched for long enough", { sources: [{ watched: [99, 100] }], now: 100 }, []],
    ["stays while somebody is known to use it", { sources: [{ used: 95 }], now: 100 }, ["quiet"]],
    ["stays when a source does not answer", { sources: [{ problem: "Prometheus is away" }], now: 100 }, ["answers"]],
  ])("where time alone ends an overlap %s", (_name, facts, missing) => {
    expect(missingConditions(facts, "time-only").map(({ condition }) => condition)).toEqual(missing);
  });

  test.each<[string, Case, Partial<MissingCondition>]>([
    [
      "it was used lately",
      { sources: [{ used: 95 }], now: 100 },
      {
        reason:
          "it was last used at 2026-03-01T12:36:31.789Z, and must be quiet for 30s and another 1d, since nobody knows how the API notes uses",
        until: at(day + 125),
      },
    ],
    [
      "it was used lately, and uses are noted late",
      { sources: [{ used: 95, watched: [0, 94] }], now: 100 },
      { reason: "it was last used at 2026-03-01T12:36:31.789Z, and must be quiet for 30s", until: at(131) },
    ],
    [
      "a source does not answer",
      { sources: [{ used: 1, problem: "no" }], now: day + 100 },
      { reason: "no", until: "traffic" },
    ],
    [
      "nobody was asked",
      { sources: [], now: 100 },
      {
        reason: "nothing tells whether it is in use: the silence of the API means nothing, as far as has been seen",
        until: "unknowable",
      },
    ],
  ])("stays because %s, and it is said until when", (_name, facts, expected) => {
    expect(missingConditions(facts)).toEqual([expect.objectContaining(expected)]);
  });
});
