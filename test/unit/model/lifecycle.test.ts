import type { Intent } from "../../../src/model/decision";
import { Duration } from "../../../src/model/duration";
import {
  handedOut,
  active,
  decided,
  firstGeneration,
  inUse,
  longRun,
  newGeneration,
  old,
  pending,
  reasons,
  undone,
  type Case,
  type Given,
} from "../../support/decided";
import { taggedSince } from "../../support/judgement";

describe("to maintain a key", () => {
  test.each<[string, Case, string[]]>([
    ["mints where there is none", { keys: [] }, firstGeneration],
    ["does nothing to one that is not due", { keys: [active] }, []],
    ["does nothing a moment before it is due", { keys: [active], now: 9_999.999 }, []],
    ["rotates at the instant it is due", { keys: [active], now: 10_000 }, newGeneration],
    ["never rotates one whose age nobody knows", { keys: [{ ...active, created: undefined }], now: 1e6 }, []],
    [
      "waits with what is due until the overlap of a roll-back is over",
      { keys: [{ ...active, created: -20_000 }, undone], now: 100 },
      ["keep undone: overlap, quiet"],
    ],
    [
      "rotates what is due when the overlap of a roll-back is over",
      { keys: [{ ...active, created: -20_000 }, undone], now: 101 },
      [...newGeneration, "keep undone: overlap"],
    ],
    [
      "rotates at once what is due after a roll-back that nobody knows the time of",
      {
        keys: [
          { ...active, created: -20_000 },
          { ...undone, name: taggedSince("rolledback") },
        ],
        now: 98,
      },
      [...newGeneration, "keep undone: overlap"],
    ],
    ["revokes a replaced one that may go", { keys: [active, old] }, ["revoke old"]],
    ["revokes a rolled back one that may go", { keys: [active, undone] }, ["revoke undone"]],
    ["revokes an unfinished one that is nowhere", { keys: [active, pending] }, ["revoke pending"]],
    [
      "ends leftovers in order: replaced, rolled back, unfinished, each oldest first",
      { keys: [pending, undone, { ...old, id: "younger", created: -4000 }, active, old] },
      ["revoke old", "revoke younger", "revoke undone", "revoke pending"],
    ],
    ["keeps a replaced one inside its overlap", { keys: [active, old], now: 99 }, ["keep old: overlap, quiet"]],
    [
      "keeps a replaced one that is in use",
      { keys: [active, { ...old, said: [{ used: 190, watched: [-1e6, 200] }] }] },
      ["keep old: quiet"],
    ],
    [
      "keeps a replaced one whose successor is unused",
      { keys: [{ ...active, said: [{ watched: [-1e6, 200] }] }, old] },
      ["keep old: successor-used"],
    ],
    [
      "keeps a replaced one whose successor only the proof has used",
      { keys: [active, old], proven: 150 },
      ["keep old: successor-used"],
    ],
    [
      "keeps a replaced one where a source on its successor does not answer",
      { keys: [{ ...active, said: [...inUse, { problem: "Prometheus is away" }] }, old] },
      ["keep old: answers"],
    ],
    [
      "keeps a replaced one where a source on it does not answer",
      { keys: [active, { ...old, said: [...inUse, { problem: "Prometheus is away" }] }] },
      ["keep old: answers"],
    ],
    [
      "keeps a replaced one that a target hands out again, as after half a roll-back",
      {
        keys: [
          { ...active, delivery: "formerly" },
          { ...old, delivery: "everywhere" },
        ],
      },
      ["keep old: not-handed-out"],
    ],
    [
      "keeps a replaced one while the targets cannot be asked",
      { keys: [active, { ...old, delivery: "unknown" }] },
      ["keep old: not-handed-out"],
    ],
    [
      "judges a replaced one with an undated tag by the creation of its successor",
      { keys: [active, { ...old, name: taggedSince("retiring") }], proven: 1 },
      ["revoke old"],
    ],
    [
      "gives a run that nobody remembers a quarter of an hour to have proven the secret, where no name tells",
      { keys: [active, { ...old, name: taggedSince("retiring") }] },
      ["keep old: successor-used"],
    ],
    [
      "believes in a use after that",
      {
        keys: [
          { ...active, said: [{ used: longRun + 1 }] },
          { ...old, name: taggedSince("retiring") },
        ],
        now: longRun + 2,
      },
      ["revoke old"],
    ],
    [
      "gives that time also where the name tells only of an earlier rename",
      { keys: [{ ...active, created: 100 }, old], now: 1000 },
      ["keep old: successor-used"],
    ],
    [
      "keeps a replaced one for ever where nothing tells when its successor came",
      {
        keys: [
          { ...active, created: undefined },
          { ...old, name: taggedSince("retiring") },
        ],
        now: 1e6,
      },
      ["keep old: overlap, successor-used"],
    ],
    [
      "revokes a replaced one by time alone, if told so",
      {
        keys: [
          { ...active, said: [] },
          { ...old, said: [{ used: 200 }] },
        ],
        policy: { verification: "time-only" },
      },
      ["revoke old"],
    ],
    [
      "keeps a replaced one inside its overlap, also if time alone ends it",
      { keys: [active, old], now: 99, policy: { verification: "time-only" } },
      ["keep old: overlap"],
    ],
    [
      "keeps every leftover while it rotates, also one that may go",
      { keys: [active, { ...old, created: -9_000 }, pending], now: 10_000, policy: { overlap: Duration.seconds(1) } },
      [...newGeneration, "keep old: overlap", "keep pending: overlap"],
    ],
  ])("%s", (_name, facts, expected) => {
    expect(decided(facts)).toEqual(expected);
  });

  test.each<[string, Case, string[]]>([
    ["there is none", { keys: [] }, ["there is no active key"]],
    ["it is due", { keys: [active], now: 10_001 }, ["it has been due since 2026-03-01T15:21:36.789Z"]],
    [
      "evidence ends an overlap",
      { keys: [active, old] },
      ["its overlap is over, its successor is in use, and it has gone quiet"],
    ],
    ["time ends an overlap", { keys: [active, old], policy: { verification: "time-only" } }, ["its overlap is over"]],
    ["a run was cut short", { keys: [active, pending] }, ["a run has left it unfinished"]],
    [
      "another one takes over",
      { keys: [old] },
      ["there is no active key", "the key that takes over is not active yet"],
    ],
  ])("says why when %s", (_name, facts, expected) => {
    expect(reasons(facts)).toEqual(expected);
  });
});

describe.each<[string, Intent]>([
  ["maintain", { kind: "maintain" }],
  ["rotate", { kind: "rotate", reason: "a trigger has changed" }],
])("a run that was cut short, by the next one that is to %s,", (_name, intent) => {
  test.each<[string, readonly Given[], string[]]>([
    [
      "after every target had the new secret is finished",
      [active, handedOut],
      ["retire active as retiring", "promote pending"],
    ],
    [
      "a moment ago, after every target had the new secret, is finished as well",
      [active, { ...handedOut, name: taggedSince("pending", 199), created: 199 }],
      ["retire active as retiring", "promote pending"],
    ],
    [
      "between its two renames is finished",
      [{ ...active, name: taggedSince("retiring", 0), delivery: "formerly" }, handedOut],
      ["promote pending", "keep active: overlap"],
    ],
    [
      "is finished before anything else is done to other leftovers",
      [active, old, undone, { ...pending, id: "other" }, handedOut],
      [
        "retire active as retiring",
        "promote pending",
        "keep old: overlap",
        "keep undone: overlap",
        "keep other: overlap",
      ],
    ],
    [
      "between its two renames, after its new key was taken back, is undone",
      [old, { ...active, name: taggedSince("retiring", 150) }],
      ["promote active", "keep old: overlap"],
    ],
    [
      "while it rolled back, between the two renames, is finished",
      [{ ...old, delivery: "everywhere" }, undone],
      ["promote old", "keep undone: overlap"],
    ],
    [
      "is not finished with a key that has reached only some targets, whose name then says that it was read",
      [{ ...pending, delivery: "somewhere" }],
      ["mint", "retire pending as retiring", "deliver minted", "promote minted"],
    ],
    [
      "is not undone with a key that is due, whose name then says that it was handed out until now",
      [{ ...old, created: -20_000, delivery: "everywhere" }],
      ["mint", "retire old as retiring", "deliver minted", "promote minted"],
    ],
    [
      "is undone with the youngest of several that every target has",
      [
        { ...old, delivery: "everywhere" },
        { ...old, id: "older", created: -6000, delivery: "everywhere" },
      ],
      ["promote old", "keep older: overlap"],
    ],
    [
      "is not undone with a key whose secret only some targets have, and its name then says until when",
      [{ ...old, delivery: "somewhere" }],
      ["mint", "retire old as retiring", "deliver minted", "promote minted"],
    ],
    [
      "is undone with a key whose age nobody knows",
      [{ ...old, created: undefined, delivery: "everywhere" }],
      ["promote old"],
    ],
    [
      "is never finished with a rolled back key",
      [{ ...undone, delivery: "everywhere" }],
      ["mint", "retire undone as retiring", "deliver minted", "promote minted"],
    ],
  ])("%s", (_row, keys, expected) => {
    expect(decided({ keys, intent })).toEqual(expected);
  });
});

test("a key that was rolled back to, past its period, is promoted while the overlap of that roll-back lasts", () => {
  const past: Given = { ...old, created: -20_000, delivery: "everywhere" };
  expect(decided({ keys: [past, undone], now: 100 })).toEqual(["promote old", "keep undone: overlap"]);
  expect(decided({ keys: [past, undone], now: 101 })).toEqual([
    "mint",
    "retire old as retiring",
    "deliver minted",
    "promote minted",
    "keep undone: overlap",
  ]);
});

describe("to rotate a key", () => {
  const intent: Intent = { kind: "rotate", reason: "a trigger has changed" };

  test.each<[string, readonly Given[], string[]]>([
    ["makes a new generation whatever the age of the present one", [active], newGeneration],
    ["makes the first generation", [], firstGeneration],
    ["keeps every leftover", [active, old, undone], [...newGeneration, "keep old: overlap", "keep undone: overlap"]],
    ["leaves an unfinished key alone that is nowhere", [active, pending], [...newGeneration, "keep pending: overlap"]],
    ...(["somewhere", "formerly", "unknown"] as const).map((delivery): [string, readonly Given[], string[]] => [
      `names an unfinished key as replaced before the next delivery hides that it was ${delivery}`,
      [active, { ...pending, delivery }],
      ["mint", "retire pending as retiring", "deliver minted", "retire active as retiring", "promote minted"],
    ]),
  ])("%s", (_name, keys, expected) => {
    expect(decided({ keys, intent })).toEqual(expected);
  });

  test("says why", () => {
    expect(reasons({ keys: [active, old], intent })).toEqual([
      "a trigger has changed",
      "the key that takes over is not active yet",
    ]);
  });
});

describe("to phase a key out", () => {
  const intent: Intent = { kind: "phase-out" };

  test.each<[string, Case, string[]]>([
    ["ends what may end", { keys: [active, old, undone, pending] }, ["revoke old", "revoke undone", "revoke pending"]],
    ["keeps what may not end", { keys: [active, old], now: 99 }, ["keep old: overlap, quiet"]],
    ["makes no new generation, also when one is due", { keys: [active], now: 1e6 }, []],
    ["makes no new generation, also when there is none", { keys: [] }, []],
    ["finishes nothing that was cut short", { keys: [active, handedOut], proven: 1 }, ["keep pending: not-handed-out"]],
    ["ends nothing where none is active", { keys: [old, undone] }, ["keep old: overlap", "keep undone: overlap"]],
  ])("%s", (_name, facts, expected) => {
    expect(decided({ ...facts, intent })).toEqual(expected);
  });

  test("says why nothing may end where none is active", () => {
    expect(reasons({ keys: [old], intent })).toEqual(["there is no active key"]);
  });
});
