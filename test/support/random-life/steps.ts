/** The steps that a random life is made of, and how they are drawn. */
import fc from "fast-check";
import { Duration } from "../../../src/model/duration";
import type { Behaviour, FaultKind } from "../../../src/testing";
import type { Kill } from "./killable-process";

/** Which of the two states that declare the key. */
export type StateIndex = 0 | 1;

/** A change of what is declared. */
export type Change =
  | { readonly kind: "trigger" | "compromised" | "scopes" | "force" | "protection" | "time-only" }
  | { readonly kind: "period" | "overlap"; readonly value: string }
  | { readonly kind: "deliver_to"; readonly targets: number };

/** What goes wrong in a run. */
export type Trouble =
  | {
      readonly kind: "fault";
      readonly fault: FaultKind;
      readonly after: number;
      readonly count: number | "always";
    }
  /** `saved` says whether core saved what it knew when the process died, or had no time to. */
  | (Kill & { readonly kind: "kill"; readonly saved: boolean });

/** Something that somebody does behind keyturn's back. */
export type HandStep =
  | { readonly kind: "revoke-by-hand"; readonly which: number }
  | { readonly kind: "rename-by-hand"; readonly which: number; readonly to: string }
  | { readonly kind: "foreign-key"; readonly name: string };

/** One step. */
export type Step =
  | HandStep
  | {
      readonly kind: "deploy";
      readonly state: StateIndex;
      readonly change?: Change | undefined;
      readonly trouble?: Trouble | undefined;
      /** What happens between plan and apply. */
      readonly between?: HandStep | { readonly kind: "pass"; readonly seconds: number } | undefined;
    }
  | { readonly kind: "pass"; readonly seconds: number }
  | { readonly kind: "destroy"; readonly state: StateIndex; readonly trouble?: Trouble | undefined }
  | { readonly kind: "lose-state"; readonly state: StateIndex }
  | { readonly kind: "roll-back"; readonly state: StateIndex }
  | { readonly kind: "services"; readonly state: StateIndex; readonly run: boolean };

/** How a life begins. */
export interface Beginning {
  readonly behaviour: Partial<Behaviour>;
  readonly quiet: string;
  readonly overlap: string;
  readonly period: string;
  readonly wait: string;
  readonly verification: "evidence" | "time-only";
  readonly targets: number;
  /** Which services there are besides the one that reads its secret on schedule. */
  readonly services: readonly ("late" | "never")[];
}

const days = (count: number): number => Duration.days(count).ms / 1000;

const behaviour: fc.Arbitrary<Partial<Behaviour>> = fc.record(
  {
    keepsLastUsed: fc.constant(false),
    lastUsedGranularityMs: fc.constantFrom(1_000, 60_000, 3_600_000, 86_400_000),
    lastUsedLagMs: fc.constantFrom(1_000, 300_000, 7_200_000),
    lastUsedIntervalMs: fc.constantFrom(600_000, 3_600_000),
    namesOnly: fc.constant(true),
    listsRevokedKeys: fc.boolean(),
    uniqueNames: fc.boolean(),
    secondDelete: fc.constantFrom(204 as const, 404 as const),
    keyInActivity: fc.constantFrom("label" as const, "id" as const, "label-and-id" as const),
    logsReads: fc.boolean(),
    endlessCursor: fc.boolean(),
    errorShape: fc.constantFrom("current" as const, "nested" as const, "message" as const, "plain" as const),
  },
  { requiredKeys: [] },
);

export const anyBeginning: fc.Arbitrary<Beginning> = fc.record({
  // Most APIs tell when a key was used; where none does, nothing ever ends.
  behaviour: fc.oneof(
    { weight: 2, arbitrary: behaviour.map(withLastUsed) },
    { weight: 1, arbitrary: behaviour.map(tellsRevoked) },
  ),
  quiet: fc.constantFrom("4h", "8h"),
  overlap: fc.constantFrom("6h", "1d"),
  period: fc.constantFrom("3d", "10d"),
  wait: fc.constantFrom("0s", "0s", "30m"),
  verification: fc.constantFrom("evidence" as const, "evidence" as const, "evidence" as const, "time-only" as const),
  targets: fc.nat({ max: 4 }),
  services: fc.subarray(["late", "never"] as const),
});

function withLastUsed({ keepsLastUsed, namesOnly, ...others }: Partial<Behaviour>): Partial<Behaviour> {
  return others;
}

/** With names only, nobody could tell a revoked key from one that works. */
function tellsRevoked(drawn: Partial<Behaviour>): Partial<Behaviour> {
  return drawn.namesOnly ? { ...drawn, listsRevokedKeys: false } : drawn;
}

const state = fc.constantFrom<StateIndex>(0, 0, 0, 0, 1);

const fault: fc.Arbitrary<FaultKind> = fc.constantFrom<FaultKind>(
  { kind: "error", status: 500 },
  { kind: "error", status: 422 },
  { kind: "bad-gateway" },
  { kind: "bad-gateway-after" },
  { kind: "reset" },
  { kind: "lost-response" },
  { kind: "rate-limit", retryAfterSeconds: 2, toldIn: "header" },
  { kind: "rate-limit", retryAfterSeconds: 2, toldIn: "body" },
);

// Configuring takes two requests in each of the two processes, and a rotation about ten more.
const after = fc.nat({ max: 16 });

const trouble: fc.Arbitrary<Trouble> = fc.oneof(
  fc.record({
    kind: fc.constant("fault" as const),
    fault,
    after,
    count: fc.constantFrom(1, 2, 5, "always" as const),
  }),
  fc.record({ kind: fc.constant("kill" as const), after, isDone: fc.boolean(), saved: fc.boolean() }),
);

const change: fc.Arbitrary<Change> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("trigger" as const) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("deliver_to" as const), targets: fc.nat({ max: 4 }) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constantFrom(
        "compromised" as const,
        "scopes" as const,
        "force" as const,
        "protection" as const,
        "time-only" as const,
      ),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("period" as const), value: fc.constantFrom("3d", "10d") }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("overlap" as const), value: fc.constantFrom("6h", "1d") }) },
);

/** Names that look like generations of `scheduler-prod`, and are none, or of which keyturn cannot know. */
export const similarNames = [
  "scheduler-prod2",
  "scheduler-prod-old",
  "scheduler",
  "scheduler-prod~old",
  "scheduler-prod~retiring~",
  "scheduler-prod~retiring~UPPER",
  "scheduler-prod~pending~a-b",
  "Scheduler-prod",
] as const;

const handStep: fc.Arbitrary<HandStep> = fc.oneof(
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("revoke-by-hand" as const), which: fc.nat({ max: 5 }) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("rename-by-hand" as const),
      which: fc.nat({ max: 5 }),
      to: fc.constantFrom("scheduler-prod-mine", "scheduler-prod~retiring~byhand", "scheduler-prod"),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant("foreign-key" as const), name: fc.constantFrom(...similarNames) }),
  },
);

const seconds = fc.oneof(
  fc.integer({ min: 1, max: 120 }),
  fc.integer({ min: 120, max: days(0.5) }),
  fc.integer({ min: days(0.5), max: days(4) }),
  fc.integer({ min: days(4), max: days(14) }),
);

const pass = fc.record({ kind: fc.constant("pass" as const), seconds });

export const anyStep: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 10,
    arbitrary: fc.record({
      kind: fc.constant("deploy" as const),
      state,
      change: fc.option(change, { nil: undefined, freq: 2 }),
      trouble: fc.option(trouble, { nil: undefined, freq: 2 }),
      between: fc.oneof({ weight: 5, arbitrary: fc.constant(undefined) }, pass, handStep),
    }),
  },
  { weight: 8, arbitrary: pass },
  { weight: 2, arbitrary: handStep },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("destroy" as const),
      state,
      trouble: fc.option(trouble, { nil: undefined, freq: 2 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("lose-state" as const), state }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("roll-back" as const), state }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("services" as const), state, run: fc.boolean() }) },
);
