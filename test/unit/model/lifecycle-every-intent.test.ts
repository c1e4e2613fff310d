/** What holds of every decision, whatever is wanted. */
import type { Intent } from "../../../src/model/decision";
import {
  active,
  decided,
  foreign,
  handedOut,
  oauth,
  old,
  pending,
  reasons,
  undone,
  type Given,
} from "../../support/decided";
import { taggedSince } from "../../support/judgement";

const everyIntent: [string, Intent][] = [
  ["maintain", { kind: "maintain" }],
  ["phase out", { kind: "phase-out" }],
  ["rotate", { kind: "rotate", reason: "a trigger has changed" }],
  ["answer an incident", { kind: "answer-incident", incident: "INC-42" }],
  ["roll back", { kind: "roll-back" }],
  ["end", { kind: "end", force: false }],
  ["end by force", { kind: "end", force: true }],
];

describe.each(everyIntent)("whoever is to %s", (_name, intent) => {
  test("changes nothing where several keys are active, and says so of each", () => {
    const keys = [active, { ...active, id: "second", created: 5 }, old, undone, handedOut, foreign];
    expect(decided({ keys, intent, now: 1e6 })).toEqual([
      "keep active: overlap",
      "keep second: overlap",
      "keep old: overlap",
      "keep undone: overlap",
      "keep pending: overlap",
      "leave-alone foreign",
    ]);
    expect(new Set(reasons({ keys, intent, now: 1e6 }))).toEqual(
      new Set(["several keys are named scheduler-prod, and nobody knows which one is in use"]),
    );
  });

  test("leaves foreign keys and those of other applications alone, in the order of their ids, and names no other key", () => {
    const others: Given[] = [
      oauth,
      { ...oauth, id: "oauth-retiring", name: taggedSince("retiring", 0) },
      foreign,
      { id: "another", name: "scheduler-prod~retiring~NOT-OURS", created: -1 },
      { ...foreign, id: "revoked", revoked: true },
      { id: "longer", name: "scheduler-prod-2", created: -1 },
      { id: "longer-retiring", name: "scheduler-prod-2~retiring~abc123", created: -1 },
      { id: "shorter", name: "scheduler", created: -1 },
    ];
    const ours = decided({ keys: [active, old, undone, pending], intent });
    expect(decided({ keys: [...others, active, old, undone, pending], intent })).toEqual([
      ...ours,
      "leave-alone another",
      "leave-alone foreign",
      "leave-alone oauth",
      "leave-alone oauth-retiring",
    ]);
  });

  test("decides the same whatever the order of the list", () => {
    const keys = [active, old, { ...old, id: "twin" }, undone, pending, foreign, oauth];
    const expected = decided({ keys, intent });
    expect(decided({ keys: [...keys].reverse(), intent })).toEqual(expected);
    expect(decided({ keys: [...keys.slice(3), ...keys.slice(0, 3)], intent })).toEqual(expected);
  });

  test("has nothing to do with keys that are revoked", () => {
    const gone = [old, undone, pending, { ...active, id: "gone" }].map((key) => ({ ...key, revoked: true }));
    expect(decided({ keys: [active, ...gone], intent })).toEqual(decided({ keys: [active], intent }));
  });
});
