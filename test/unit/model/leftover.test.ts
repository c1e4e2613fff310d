import type { Delivery } from "../../../src/model/decision";
import { judgeLeftover, judgeUnfinished, leftoversOf, provenBy } from "../../../src/model/leftover";
import { generationsOf } from "../../../src/model/generations";
import type { MissingCondition, SuccessorEvidence } from "../../../src/model/retirement";
import type { VerificationMode } from "../../../src/model/rotation-policy";
import { at, said, shortPolicy, taggedSince, type Said } from "../../support/judgement";

const logicalName = "scheduler-prod";
const minutes = 60;

interface Case {
  readonly name: string;
  readonly created?: number;
  readonly used?: Said;
  readonly delivery: Delivery;
  readonly now: number;
  readonly verification?: VerificationMode;
}

/** It took over at the start, and is in use. */
const successor: SuccessorEvidence = { createdAt: at(0), provenAt: at(0), observations: [said({ used: 50 })] };

function missingConditions({ name, created, used = {}, delivery, now, verification = "evidence" }: Case) {
  const verdict = judgeLeftover(
    {
      key: { name, createdAt: created === undefined ? undefined : at(created) },
      observations: [said({ watched: [-1e6, now], ...used })],
      delivery,
    },
    successor,
    { logicalName, policy: shortPolicy({ verification }), now: at(now) },
  );
  return verdict.kind === "due" ? [] : verdict.missing;
}

function judge(facts: Case): string[] {
  return missingConditions(facts).map(({ condition }) => condition);
}

describe.each([
  ["replaced", taggedSince("retiring", 0)],
  ["rolled back", taggedSince("rolledback", 0)],
  ["replaced, nobody knows when", taggedSince("retiring")],
])("a key that was %s", (_name, name) => {
  const quiet = { name, used: { used: 10 }, now: 200 };

  test.each<[string, Case, string[]]>([
    ["may go when nobody gets its secret any more", { ...quiet, delivery: "formerly" }, []],
    ["may go when its secret was never anywhere", { ...quiet, delivery: "nowhere" }, []],
    ["stays while every target hands it out", { ...quiet, delivery: "everywhere" }, ["not-handed-out"]],
    ["stays while some target hands it out", { ...quiet, delivery: "somewhere" }, ["not-handed-out"]],
    ["stays while a target cannot be asked", { ...quiet, delivery: "unknown" }, ["not-handed-out"]],
    [
      "stays while a target hands it out, even if time alone ends the overlap",
      { ...quiet, delivery: "somewhere", verification: "time-only" },
      ["not-handed-out"],
    ],
    ["stays inside its overlap", { ...quiet, now: 90, delivery: "formerly" }, ["overlap"]],
    ["stays while it is in use", { ...quiet, used: { used: 190 }, delivery: "formerly" }, ["quiet"]],
    [
      "stays for every reason",
      { ...quiet, now: 90, used: { used: 80 }, delivery: "everywhere" },
      ["overlap", "quiet", "not-handed-out"],
    ],
  ])("%s", (_row, facts, missing) => {
    expect(judge(facts)).toEqual(missing);
  });
});

describe("a key that a run has left unfinished", () => {
  const name = taggedSince("pending", 0);
  const later = 15 * minutes;

  test.each<[string, Case, string[]]>([
    ["stays while that run may go on", { name, created: 0, delivery: "nowhere", now: later - 0.001 }, ["overlap"]],
    ["may go when that run has ended for certain", { name, created: 0, delivery: "nowhere", now: later }, []],
    ["stays while that run may go on, as its name says", { name, delivery: "nowhere", now: later - 1 }, ["overlap"]],
    ["may go when that run has ended, as its name says", { name, delivery: "nowhere", now: later }, []],
    [
      "is judged like a replaced one when no run of ours has given the name",
      { name: taggedSince("pending"), created: -10, used: { used: later - 5 }, delivery: "nowhere", now: later },
      ["quiet"],
    ],
    [
      "may go when only that run has used it, however short a time it is quiet",
      { name, created: 0, used: { used: later - 5 }, delivery: "nowhere", now: later },
      [],
    ],
    [
      "is judged like a replaced one when somebody used it after that run",
      { name, created: 0, used: { used: later + 1 }, delivery: "nowhere", now: later + 2 },
      ["quiet"],
    ],
    [
      "is judged like a replaced one when it was used, and nothing says when it was minted",
      { name: taggedSince("pending"), used: { used: 95 }, delivery: "nowhere", now: 100 },
      ["quiet"],
    ],
    [
      "is judged like a replaced one when its secret was in a target",
      { name, created: 0, used: { used: later - 5 }, delivery: "formerly", now: later },
      ["quiet"],
    ],
    ["may go then when it is quiet", { name, created: 0, used: { used: 10 }, delivery: "formerly", now: later }, []],
    [
      "stays while some target hands it out",
      { name, created: 0, delivery: "somewhere", now: later },
      ["not-handed-out"],
    ],
    ["stays while a target cannot be asked", { name, created: 0, delivery: "unknown", now: later }, ["not-handed-out"]],
    [
      "stays while that run may go on, also if it is handed out",
      { name, created: 0, delivery: "everywhere", now: 1 },
      ["overlap"],
    ],
    [
      "stays while that run may go on, even if time alone ends an overlap",
      { name, created: -1000, delivery: "nowhere", now: -200, verification: "time-only" },
      ["overlap"],
    ],
  ])("%s", (_name, facts, missing) => {
    expect(judge(facts)).toEqual(missing);
  });

  test("is certain to be left so a quarter of an hour after it was minted", () => {
    expect(judgeUnfinished({ name, createdAt: at(3) }, at(10))).toEqual({
      kind: "kept",
      missing: [
        {
          condition: "overlap",
          reason:
            "a run that is still under way may have minted it; that is certain not to be so from 2026-03-01T12:49:59.789Z on",
          until: at(3 + later),
        },
      ],
    });
  });
});

test.each<[string, Delivery, Partial<MissingCondition>]>([
  [
    "is handed out",
    "somewhere",
    {
      reason:
        "a delivery target hands out its secret; if a roll-back was cut short, keyturn rollback scheduler-prod finishes it",
      until: "unknowable",
    },
  ],
  [
    "may be handed out",
    "unknown",
    { reason: "it cannot be told whether a delivery target hands out its secret", until: "unknowable" },
  ],
])("a key whose secret %s stays, and it is said why", (_name, delivery, expected) => {
  const facts: Case = { name: taggedSince("retiring", 0), used: { used: 10 }, delivery, now: 200 };
  expect(missingConditions(facts)).toEqual([{ condition: "not-handed-out", ...expected }]);
});

describe("the generations of a key", () => {
  const listed = (...names: string[]) =>
    generationsOf(
      names.map((name, index) => ({ id: `key-${index}`, name, createdAt: at(index) })),
      logicalName,
    );

  test("are left over but for the active one: replaced, rolled back, unfinished, each oldest first", () => {
    const names = [
      taggedSince("pending", 9),
      taggedSince("rolledback", 8),
      taggedSince("retiring", 7),
      logicalName,
      taggedSince("retiring", 2),
    ];
    expect(leftoversOf(listed(...names)).map(({ id }) => id)).toEqual(["key-2", "key-4", "key-1", "key-0"]);
  });

  test.each<[string, string[], number | undefined, number | undefined]>([
    ["when the key before it was renamed", [taggedSince("retiring", 20)], 5, 19.211],
    ["when a key was rolled back to it", [taggedSince("rolledback", 20)], 5, 19.211],
    [
      "by the last rename, if there were several",
      [taggedSince("retiring", 30), taggedSince("rolledback", 20)],
      5,
      29.211,
    ],
    ["nobody knows when, if nobody knows when it was created", [taggedSince("retiring", 20)], undefined, undefined],
    ["a run after its creation, if no key was renamed since", [taggedSince("retiring", 20)], 25, 25 + 15 * minutes],
    ["a run after its creation, if no name tells", [taggedSince("retiring")], 5, 5 + 15 * minutes],
    ["a run after its creation, if there is an unfinished one", [taggedSince("pending", 20)], 5, 5 + 15 * minutes],
  ])("let the active one be proven %s", (_name, others, createdAt, expected) => {
    const active = { createdAt: createdAt === undefined ? undefined : at(createdAt) };
    expect(provenBy(listed(...others), active)).toEqual(expected === undefined ? undefined : at(expected));
  });
});
