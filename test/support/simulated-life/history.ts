/**
 * Random histories of a simulated key, and the promises that are checked while they happen.
 */
import fc from "fast-check";
import type { Decision, Intent } from "../../../src/model/decision";
import { decide, type Situation } from "../../../src/model/lifecycle";
import { keysNamedFor } from "../../../src/model/key-index";
import { Operator, Refusal, type Cut, type Decide } from "./operator";
import { overlap, period, policyOf, type Habit, type Setting } from "./setting";
import { logicalName, World, type Violation } from "./world";

/** One thing that happens. */
export type Happening =
  | { readonly it: "runs"; readonly intent: Intent; readonly state: 0 | 1; readonly cut?: Cut | undefined }
  | { readonly it: "waits"; readonly ms: number }
  | { readonly it: "is used"; readonly service: number }
  | { readonly it: "gets a service"; readonly habit: Habit }
  | { readonly it: "loses its state"; readonly state: 0 | 1 }
  | { readonly it: "loses a store"; readonly isLost: boolean }
  | { readonly it: "is revoked by hand"; readonly nth: number }
  | { readonly it: "is renamed by hand"; readonly nth: number; readonly name: string }
  | { readonly it: "meets a foreign key"; readonly name: string; readonly source: "manual" | "oauth" };

const cuts: fc.Arbitrary<Cut | undefined> = fc.option(
  fc.record({
    kind: fc.constantFrom<Cut["kind"]>("killed", "killed", "failed"),
    after: fc.integer({ min: 1, max: 8 }),
  }),
  { nil: undefined, freq: 2 },
);
const intents: fc.Arbitrary<Intent> = fc.oneof(
  { weight: 6, arbitrary: fc.constant<Intent>({ kind: "maintain" }) },
  { weight: 2, arbitrary: fc.constant<Intent>({ kind: "phase-out" }) },
  { weight: 4, arbitrary: fc.constant<Intent>({ kind: "rotate", reason: "a trigger" }) },
  { weight: 1, arbitrary: fc.constant<Intent>({ kind: "answer-incident", incident: "INC-1" }) },
  { weight: 3, arbitrary: fc.constant<Intent>({ kind: "roll-back" }) },
  { weight: 1, arbitrary: fc.constant<Intent>({ kind: "end", force: false }) },
  { weight: 1, arbitrary: fc.constant<Intent>({ kind: "end", force: true }) },
);
const waits = fc.constantFrom(
  900,
  61_000,
  16 * 60_000,
  30 * 60_000,
  overlap.ms,
  overlap.ms + 1_000,
  2 * overlap.ms,
  period.ms,
  90_000_000,
);
const states = fc.constantFrom<0 | 1>(0, 0, 0, 1);
const names = fc.constantFrom(
  logicalName,
  `${logicalName}~retiring~handmade`,
  `${logicalName}~pending~handmade`,
  `${logicalName}~rolledback~handmade`,
  `${logicalName}~retiring~NOT-OURS`,
  `${logicalName}~retired~20260301t000000z00000000`,
  `${logicalName}2`,
);

const byKeyturn: fc.WeightedArbitrary<Happening>[] = [
  { weight: 10, arbitrary: fc.record({ it: fc.constant("runs" as const), intent: intents, state: states, cut: cuts }) },
  { weight: 9, arbitrary: fc.record({ it: fc.constant("waits" as const), ms: waits }) },
  { weight: 1, arbitrary: fc.record({ it: fc.constant("is used" as const), service: fc.nat(3) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      it: fc.constant("gets a service" as const),
      habit: fc.constantFrom<Habit>("on schedule", "late", "never"),
    }),
  },
  { weight: 1, arbitrary: fc.record({ it: fc.constant("loses its state" as const), state: states }) },
  { weight: 1, arbitrary: fc.record({ it: fc.constant("loses a store" as const), isLost: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ it: fc.constant("is revoked by hand" as const), nth: fc.nat(5) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      it: fc.constant("meets a foreign key" as const),
      name: fc.constantFrom(`${logicalName}~retiring~NOT-OURS`, `${logicalName}2`, `${logicalName}~pending~`, "other"),
      source: fc.constant("manual" as const),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      it: fc.constant("meets a foreign key" as const),
      name: names,
      source: fc.constant("oauth" as const),
    }),
  },
];
const byHand: fc.WeightedArbitrary<Happening>[] = [
  {
    weight: 3,
    arbitrary: fc.record({ it: fc.constant("is renamed by hand" as const), nth: fc.nat(5), name: names }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      it: fc.constant("meets a foreign key" as const),
      name: names,
      source: fc.constant("manual" as const),
    }),
  },
];

const longest = { maxLength: 25, size: "max" } as const;

/** Histories in which the names on the API are keyturn's own. */
export const histories = fc.array(fc.oneof(...byKeyturn), longest);

/** Histories in which people rename keys, too, and make some with names like ours. */
export const messyHistories = fc.array(fc.oneof(...byKeyturn, ...byHand), longest);

/** Lets a history happen, from a first deployment on, and goes on until it has settled. @returns what went against a promise */
export function live(setting: Setting, history: readonly Happening[], decideOn: Decide = decide): readonly Violation[] {
  const world = new World(setting);
  const checked: Decide = (situation) => {
    const decisions = decideOn(situation);
    checkDecisions(world, situation, { decisions, decideOn });
    return decisions;
  };
  const operators = [new Operator(world, "a", checked), new Operator(world, "b", checked)] as const;
  operators[0].run({ kind: "maintain" });
  for (const happening of history) happen(happening, world, operators);
  settle(world, operators[0]);
  return world.violations;
}

function happen(happening: Happening, world: World, operators: readonly [Operator, Operator]): void {
  switch (happening.it) {
    case "runs":
      try {
        operators[happening.state].run(happening.intent, happening.cut);
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
      }
      return;
    case "waits":
      world.advance(happening.ms);
      return;
    case "is used":
      world.useNow(happening.service);
      return;
    case "gets a service":
      world.startService(happening.habit);
      return;
    case "loses its state":
      operators[happening.state].forget();
      return;
    case "loses a store":
      world.hasOutage = happening.isLost;
      return;
    case "is revoked by hand": {
      const valid = world.ours();
      const key = valid[happening.nth % valid.length];
      if (key) world.revoke(key.id, "hand");
      return;
    }
    case "is renamed by hand": {
      const valid = world.ours();
      const key = valid[happening.nth % valid.length];
      if (!key) return;
      key.name = happening.name;
      key.namedBy = "hand";
      if (world.ours().length === 0) world.mayHaveNoKey = true;
      return;
    }
    case "meets a foreign key":
      world.create(happening.name, "hand", happening.source);
      return;
    default:
      happening satisfies never;
  }
}

/** Whatever has happened: a few runs later there is nothing left to do, and no key is left unfinished. */
function settle(world: World, operator: Operator): void {
  world.hasOutage = false;
  const isSettled = (): boolean =>
    operator.run({ kind: "maintain" }).every(({ kind }) => kind === "keep" || kind === "leave-alone");
  for (let round = 0; round < 3; round += 1) {
    let runs = 0;
    while (!isSettled()) {
      runs += 1;
      if (runs <= 3) continue;
      world.violate("every run converges", "there is always something left to do");
      return;
    }
    world.advance(overlap.ms + policyOf(world.setting).quietPeriod.ms);
  }
  isSettled();
  const valid = world.ours();
  if (valid.filter(({ name }) => name === logicalName).length > 1) return;
  // One that a hand has given such a name is judged like a replaced one, and without evidence that may take for ever.
  const forgotten = valid.find(
    ({ name, namedBy, deliveredAtMs }) => name.includes("~pending~") && namedBy === "us" && deliveredAtMs === undefined,
  );
  if (forgotten) world.violate("every run converges", `${forgotten.name} stays for ever`);
  if (valid.every(({ name }) => name !== logicalName)) world.violate("every run converges", "no key is active");
}

function checkDecisions(
  world: World,
  situation: Situation,
  { decisions, decideOn }: { readonly decisions: readonly Decision[]; readonly decideOn: Decide },
): void {
  for (const keys of [[...situation.keys], [...situation.keys].reverse()]) {
    if (text(decideOn({ ...situation, keys })) === text(decisions)) continue;
    world.violate("the same facts lead to the same decisions", `${text(decisions)} for ${situation.intent.kind}`);
  }
  const named = keysNamedFor(situation.keys, logicalName).filter(({ revokedAt }) => revokedAt === undefined);
  // The active key that simply goes on needs no word.
  const lost = named.find(
    (key) => key.name !== logicalName && !decisions.some((each) => each.kind !== "mint" && each.key === key),
  );
  if (lost) world.violate("every key is accounted for", `nothing is said of ${lost.name} for ${situation.intent.kind}`);
}

function text(decisions: readonly Decision[]): string {
  return JSON.stringify(decisions);
}
