/** What is decided when something goes wrong or comes to its end: an incident, a roll-back, the end of a key. */
import type { Intent } from "../../../src/model/decision";
import {
  active,
  decided,
  decisionsOn,
  firstGeneration,
  foreign,
  handedOut,
  longRun,
  oauth,
  old,
  pending,
  reasons,
  undone,
  type Case,
  type Given,
} from "../../support/decided";
import { taggedSince, type Said } from "../../support/judgement";

describe("to answer an incident", () => {
  const intent: Intent = { kind: "answer-incident", incident: "INC-42" };

  test.each<[string, readonly Given[], string[]]>([
    ["makes a key where there is none", [], firstGeneration],
    ["revokes the active key before it makes a new one", [active], ["revoke active", ...firstGeneration]],
    [
      "revokes every generation first, in use or not, and the active one last",
      [active, pending, undone, { ...old, said: [{ used: 200 }], delivery: "everywhere" }],
      ["revoke old", "revoke undone", "revoke pending", "revoke active", ...firstGeneration],
    ],
    [
      "does not finish a run that was cut short",
      [active, handedOut],
      ["revoke pending", "revoke active", ...firstGeneration],
    ],
    [
      "revokes also a key that a run may just have minted",
      [active, { ...pending, name: taggedSince("pending", 199), created: 199 }],
      ["revoke pending", "revoke active", ...firstGeneration],
    ],
    [
      "leaves alone what is not ours",
      [active, foreign, oauth],
      ["revoke active", ...firstGeneration, "leave-alone foreign", "leave-alone oauth"],
    ],
  ])("%s", (_name, keys, expected) => {
    expect(decided({ keys, intent })).toEqual(expected);
  });

  test("says which", () => {
    expect(reasons({ keys: [active], intent })).toEqual([
      "it is compromised: INC-42",
      "the keys before it are compromised: INC-42",
    ]);
  });
});

describe("to roll a key back", () => {
  const intent: Intent = { kind: "roll-back" };
  const oldIsActive = ["deliver old", "retire active as rolledBack", "promote old"];

  test.each<[string, readonly Given[], string[]]>([
    ["makes the generation before active again", [active, old], oldIsActive],
    [
      "goes back to the one that was replaced last, whichever was created last",
      [active, { ...old, id: "older", name: taggedSince("retiring", -500), created: -10 }, old],
      [...oldIsActive, "keep older: overlap"],
    ],
    [
      "goes back by creation where the names do not tell",
      [
        active,
        { ...old, name: taggedSince("retiring") },
        { ...old, id: "older", name: taggedSince("retiring"), created: -9000 },
      ],
      [...oldIsActive, "keep older: overlap"],
    ],
    [
      "revokes nothing, also what may go",
      [active, old, undone, pending],
      [...oldIsActive, "keep undone: overlap", "keep pending: overlap"],
    ],
    [
      "finishes one that was cut short between its renames",
      [{ ...old, delivery: "everywhere" }, undone],
      ["deliver old", "promote old", "keep undone: overlap"],
    ],
    ["finishes one that was cut short before its renames", [active, { ...old, delivery: "everywhere" }], oldIsActive],
    ["leaves alone what is not ours", [active, old, foreign], [...oldIsActive, "leave-alone foreign"]],
  ])("%s", (_name, keys, expected) => {
    expect(decided({ keys, intent })).toEqual(expected);
  });

  const justMinted: Given = { ...pending, name: taggedSince("pending", 199), created: 199 };

  test.each<[string, readonly Given[], string | undefined]>([
    ["no generation is before it", [active, undone], "there is no generation to go back to: none is retiring"],
    [
      "the generation before it is revoked",
      [active, { ...old, revoked: true }],
      "there is no generation to go back to: none is retiring",
    ],
    ["none is active, and none was rolled back", [old], "there is no active key to roll back"],
    [
      "a rotation may be under way",
      [active, old, justMinted],
      `a rotation may be under way: ${justMinted.name} was minted a short time ago`,
    ],
    ...(["everywhere", "somewhere", "formerly", "unknown"] as const).map(
      (delivery): [string, readonly Given[], string] => [
        `a rotation was cut short whose secret is ${delivery}`,
        [active, old, { ...pending, delivery }],
        `a rotation was cut short: services may have read the secret of ${pending.name}`,
      ],
    ),
    [
      "several are active",
      [active, old, { ...active, id: "second" }],
      "several keys are named scheduler-prod, and nobody knows which one is in use",
    ],
    ["there is no key at all", [], undefined],
  ])("changes nothing and says why when %s", (_name, keys, reason) => {
    const decisions = decisionsOn({ keys, intent });
    expect(decisions.map(({ kind }) => kind)).toEqual(keys.flatMap(({ revoked }) => (revoked ? [] : ["keep"])));
    expect([...new Set(reasons({ keys, intent }))]).toEqual(reason === undefined ? [] : [reason]);
  });

  test("is possible again when the unfinished key is certain to be a leftover", () => {
    const unfinished: Given = { ...justMinted, created: 200 - longRun };
    expect(decided({ keys: [active, old, unfinished], intent })).toEqual([...oldIsActive, "keep pending: overlap"]);
  });
});

describe("to end a key", () => {
  const intent: Intent = { kind: "end", force: false };
  const forced: Intent = { kind: "end", force: true };
  const usedNow: readonly Said[] = [{ used: 199, watched: [-1e6, 200] }];

  test.each<[string, Case, string[]]>([
    ["has nothing to do where there is none", { keys: [], intent }, []],
    ["revokes it when it has gone quiet", { keys: [active], intent }, ["revoke active"]],
    ["keeps it while it is in use", { keys: [{ ...active, said: usedNow }], intent }, ["keep active: quiet"]],
    ["keeps it when nobody can tell", { keys: [{ ...active, said: [{}] }], intent }, ["keep active: quiet"]],
    [
      "revokes it when only the proof has used it",
      { keys: [{ ...active, said: usedNow }], intent, proven: 199 },
      ["revoke active"],
    ],
    ["revokes it by force, in use or not", { keys: [{ ...active, said: usedNow }], intent: forced }, ["revoke active"]],
    [
      "revokes it after the leftovers that may go",
      { keys: [active, pending, old], intent },
      ["revoke old", "revoke pending", "revoke active"],
    ],
    [
      "revokes it although a replaced one may not go",
      { keys: [active, { ...old, said: usedNow }], intent },
      ["keep old: quiet", "revoke active"],
    ],
    [
      "revokes leftovers that have gone quiet where none is active, whatever their overlap",
      { keys: [{ ...old, name: taggedSince("retiring", 199) }, undone, pending], intent },
      ["revoke old", "revoke undone", "revoke pending"],
    ],
    [
      "keeps leftovers that are in use where none is active, also if the proof came later",
      { keys: [{ ...old, said: usedNow }], intent, proven: 199 },
      ["keep old: quiet"],
    ],
    [
      "revokes leftovers by force where none is active",
      {
        keys: [
          { ...old, said: usedNow },
          { ...pending, said: usedNow },
        ],
        intent: forced,
      },
      ["revoke old", "revoke pending"],
    ],
  ])("%s", (_name, facts, expected) => {
    expect(decided(facts)).toEqual(expected);
  });

  test.each<[string, Intent, string]>([
    ["by the evidence", intent, "it is to end, and is not in use"],
    ["by force", forced, "it is to be revoked, in use or not"],
  ])("says why %s", (_name, some, reason) => {
    expect(reasons({ keys: [active], intent: some })).toEqual([reason]);
  });
});
