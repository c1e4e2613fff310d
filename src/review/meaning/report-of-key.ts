/**
 * One key of a report: what it is, what happens to it, and whether whoever uses it always has a key that works.
 */
import type { Instant } from "../../model/instant";
import type { KeyAttributes } from "../plan/key-attributes";
import type { Plan } from "../plan/read-plan";
import type { PlannedKey } from "../plan/planned-key";
import { isHidden, type Shown } from "../../policy/shown";
import type { StackConfiguration } from "../plan/stack-configuration";
import type { Change } from "../report/change-schema";
import type { KeyReport } from "../report/report-schema";
import { changesOfKey } from "./changes-of-key";
import { logicalNameOf, wasRevokedOutside } from "./drift";
import { generationsOfKey } from "./generations-of-key";

/** A plan to review. */
export interface PlanToReview {
  /** What it is called where cdktf does not say. */
  readonly name: string;
  readonly plan: Plan;
  /** What cdktf has synthesised beside it. */
  readonly configuration: StackConfiguration | undefined;
  /**
   * The file to look into, relative to where the review runs: what was synthesised for the stack, else the plan; with slashes.
   * @default - none is known, as for a plan from the input
   */
  readonly file?: string;
}

/** A key with all that rules look at. */
export interface ReviewedKey {
  readonly report: KeyReport;
  readonly planned: PlannedKey;
  /** How it is after the plan; before it, for one that ends. */
  readonly attributes: KeyAttributes;
  readonly plannedAt: Instant | undefined;
  /** Whether its successor is made first, as the configuration says; undefined where that cannot be seen. */
  readonly createsBeforeDestroy: boolean | undefined;
  /** How many places of the configuration read its secret. */
  readonly secretReaders: number;
  /** A text for its workspace, for comparison only; undefined where nothing tells. */
  readonly workspace: string | undefined;
}

/** The keys of a plan, in its order. */
export function keysOfPlan({ name, plan, configuration }: PlanToReview): readonly ReviewedKey[] {
  const stack = configuration?.stackName ?? name;
  const drift = new Map(plan.drift.filter(({ isDeposed }) => !isDeposed).map((each) => [addressOf(each), each]));
  const deferred = new Set(plan.deferred.map((address) => JSON.stringify(address)));
  // A key that was revoked by hand, and taken out of the configuration, is in the drift only, and so is all drift where the state is refreshed only.
  const changed = new Set(plan.changes.map(addressOf));
  const driftedKeys = plan.drift
    .filter((each) => !each.isDeposed && !changed.has(addressOf(each)))
    .map((each): PlannedKey => ({ ...each, action: "no-op" }));
  return [...plan.changes, ...driftedKeys].flatMap((planned) => {
    const attributes = planned.after ?? planned.before;
    if (!attributes) return [];
    const block = configuration?.blocks.get(planned.block);
    const ownDrift = planned.isDeposed
      ? undefined
      : (drift.get(addressOf(planned)) ?? drift.get(JSON.stringify(planned.previousAddress)));
    const found = changesOfKey({ key: planned, drift: ownDrift, plannedAt: plan.plannedAt });
    const changes = deferred.has(addressOf(planned)) ? [...found, { kind: "deferred" } as const] : found;
    const lives = generationsOfKey({ key: planned, changes, plannedAt: plan.plannedAt });
    const report = {
      stack,
      address: planned.address,
      constructPath: block?.constructPath ?? null,
      isDeposed: planned.isDeposed,
      name: logicalName(attributes),
      service: attributes.service,
      environment: attributes.environment,
      owner: attributes.owner,
      isChanged: planned.action !== "no-op" || planned.importedBy !== null || planned.previousAddress !== null,
      changes,
      access: accessOf(planned, changes),
      ...lives,
    };
    return [
      {
        report,
        planned,
        attributes,
        plannedAt: plan.plannedAt,
        createsBeforeDestroy: block?.createsBeforeDestroy,
        secretReaders: plan.secretReaders.get(planned.block) ?? 0,
        workspace: plan.workspaces.get(planned.block),
      },
    ];
  });
}

function addressOf({ address }: PlannedKey): string {
  return JSON.stringify(address);
}

/** The name that it is declared by; one that was imported and never applied has only that on the API. */
function logicalName(attributes: KeyAttributes): Shown<string> {
  const name = logicalNameOf(attributes);
  if (name !== undefined) return name;
  const part = [attributes.service, attributes.environment].find(isHidden);
  return part ?? attributes.name;
}

function accessOf({ action }: PlannedKey, changes: readonly Change[]): KeyReport["access"] {
  const [main] = changes;
  if (main?.kind === "destroy" || main?.kind === "rename") return "lost";
  if (main?.kind === "create" && main.isRecreation) return "interrupted";
  if (wasRevokedOutside(changes)) return "lost";
  const isRevokedFirst = main?.kind === "rotate" && main.order === "revoke-first";
  return isRevokedFirst || action === "delete-then-create" ? "interrupted" : "kept";
}
