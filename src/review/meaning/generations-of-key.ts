/**
 * The generations of a key as they are once the plan has been applied, each with the instants that it lives between, and their overlap.
 *
 * All is told from the plan: a new generation begins at the instant of the plan, which is the earliest that it can.
 */
import { Instant } from "../../model/instant";
import { phaseOf, type Phase } from "../../model/key-name";
import type { KeyAttributes, RetiringKey } from "../plan/key-attributes";
import type { PlannedKey } from "../plan/planned-key";
import { isHidden, known, unknownValue } from "../../policy/shown";
import type { Change } from "../report/change-schema";
import type { Generation, Overlap } from "../report/report-schema";
import { declaredTimes, type DeclaredTimes } from "../../policy/declared-times";
import { logicalNameOf, wasRevokedOutside } from "./drift";
import { replacedAt } from "./changes-of-key";

/** A key, and what was found to happen to it. */
export interface ChangingKey {
  readonly key: PlannedKey;
  readonly changes: readonly Change[];
  readonly plannedAt: Instant | undefined;
}

interface Lives {
  readonly generations: readonly Generation[];
  readonly overlap: Overlap | null;
}

/** The generations, oldest first. */
export function generationsOfKey({ key, changes, plannedAt }: ChangingKey): Lives {
  const { before, after } = key;
  const attributes = after ?? before;
  if (!attributes) return { generations: [], overlap: null };
  const times = declaredTimes(attributes);
  const context = { attributes, times, plannedAt };
  const [main] = changes;
  const isNew = main?.kind === "create" || makesNewGeneration(main);
  const isGone = wasRevokedOutside(changes);
  const former = before
    ? [...retiringLives(before, { key, main }, context), ...(isGone ? [] : activeLife(before, main, context))]
    : [];
  const generations = isNew ? [...former, newLife(context)] : former;
  return { generations, overlap: overlapOf(generations, changes, context) };
}

/** The other keys of the name, which stay unless the plan takes them out of the list or everything ends. With a destruction those in use stay. */
function retiringLives(
  before: KeyAttributes,
  { key, main }: { readonly key: PlannedKey; readonly main: Change | undefined },
  { times: { overlap }, plannedAt }: Context,
): readonly Generation[] {
  const staying = known(key.after?.retiring ?? null)?.map(({ id }) => known(id));
  const allEnd = main?.kind === "rotate" && main.order === "revoke-first";
  return (known(before.retiring) ?? []).map((retiring) => {
    const stays = !allEnd && (staying?.includes(known(retiring.id)) ?? true);
    const overlapEnd = overlap && replacedAt(retiring)?.plus(overlap);
    const life = namedLife(retiring, phaseIn(retiring, before));
    if (key.action === "delete") return { ...life, ...lasting(undefined, "unknown") };
    return {
      ...life,
      ...(stays ? lasting(overlapEnd, "earliest") : lasting(plannedAt, "apply")),
    };
  });
}

interface Context {
  readonly attributes: KeyAttributes;
  readonly times: DeclaredTimes;
  readonly plannedAt: Instant | undefined;
}

function makesNewGeneration(main: Change | undefined): boolean {
  return main?.kind === "rotate" || main?.kind === "rename" || main?.kind === "take-over";
}

/** The key of the state. What becomes of it depends on the main change. */
function activeLife(
  before: KeyAttributes,
  main: Change | undefined,
  { times, plannedAt }: Context,
): readonly Generation[] {
  const overlapEnd = (since: Instant | undefined): Ending =>
    lasting(times.overlap && since?.plus(times.overlap), "earliest");
  switch (main?.kind) {
    case "create":
      return [];
    case "forget":
      return [{ ...namedLife(before, phaseIn(before, before)), ...lasting(undefined, "unknown") }];
    case "destroy":
    case "rename":
      return [{ ...namedLife(before, phaseIn(before, before)), ...lasting(plannedAt, "apply") }];
    case "rotate":
      return main.order === "revoke-first"
        ? [{ ...namedLife(before, "active"), ...lasting(plannedAt, "apply") }]
        : [{ ...namedLife(before, "retiring"), ...overlapEnd(plannedAt) }];
    case "take-over":
      return [{ ...namedLife(before, "retiring"), ...overlapEnd(replacedAt(before) ?? plannedAt) }];
    case "retire":
      return [{ ...namedLife(before, "retiring"), ...overlapEnd(replacedAt(before)) }];
    default:
      return [{ ...namedLife(before, phaseIn(before, before)), ...lasting(dueAt(before, times), "due") }];
  }
}

function newLife({ attributes, times, plannedAt }: Context): Generation {
  return {
    id: unknownValue,
    name: attributes.name,
    phase: "new",
    from: plannedAt?.toString() ?? null,
    ...lasting(times.period && plannedAt?.plus(times.period), "due"),
  };
}

type Ending = Pick<Generation, "until" | "ends">;

function lasting(until: Instant | undefined, ends: Generation["ends"]): Ending {
  return { until: until?.toString() ?? null, ends: until ? ends : "unknown" };
}

function namedLife(
  { id, name, createdAt }: RetiringKey,
  phase: Generation["phase"],
): Pick<Generation, "id" | "name" | "phase" | "from"> {
  const from = Instant.tryParse(known(createdAt) ?? "") ?? replacedAt({ name });
  return { id, name, phase, from: from?.toString() ?? null };
}

const phaseWords: Readonly<Record<Phase, Generation["phase"]>> = {
  active: "active",
  pending: "pending",
  retiring: "retiring",
  rolledBack: "rolled-back",
};

function phaseIn({ name }: Pick<RetiringKey, "name">, state: KeyAttributes): Generation["phase"] {
  const [knownName, logicalName] = [known(name), logicalNameOf(state)];
  const phase = knownName === undefined || logicalName === undefined ? undefined : phaseOf(knownName, logicalName);
  return phase === undefined ? "unknown" : phaseWords[phase];
}

function dueAt({ createdAt, rotateAfter }: KeyAttributes, { period }: DeclaredTimes): Instant | undefined {
  const created = Instant.tryParse(known(createdAt) ?? "");
  const recorded = isHidden(rotateAfter) ? undefined : Instant.tryParse(rotateAfter ?? "");
  return recorded ?? (period && created?.plus(period));
}

/** That of the key that is replaced now, or was replaced last. */
function overlapOf(
  generations: readonly Generation[],
  changes: readonly Change[],
  { times, plannedAt }: Context,
): Overlap | null {
  const { overlap, maxOverlap } = times;
  const [main] = changes;
  const isReplaced = main?.kind === "rotate" && main.order === "create-first";
  const instants = generations
    .filter(({ ends, phase }) => ends === "earliest" && (phase === "retiring" || phase === "rolled-back"))
    .flatMap(({ name }) => replacedAt({ name }) ?? []);
  const newest = isReplaced
    ? plannedAt
    : instants.reduce<Instant | undefined>(
        (latest, each) => (latest && !each.isAfter(latest) ? latest : each),
        undefined,
      );
  if (!newest || !overlap || !maxOverlap) return null;
  return {
    from: newest.toString(),
    earliestEnd: newest.plus(overlap).toString(),
    warnedFrom: newest.plus(maxOverlap).toString(),
  };
}
