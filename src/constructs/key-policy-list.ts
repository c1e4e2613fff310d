/**
 * Which policies hold for which keys.
 *
 * A policy holds for everything at and below the construct that it was added to. Each key looks its policies up at synth, so it does
 * not matter whether the key or the policy came first.
 */
import type { IConstruct } from "constructs";
import type { Clock } from "../model/clock";
import type { Policy } from "../policy/policy";

/** A policy, and the clock by which its exceptions end. */
export interface AddedPolicy {
  readonly policy: Policy;
  readonly clock: Clock;
}

const policies = new WeakMap<IConstruct, AddedPolicy[]>();

/** Adds a policy to `scope`. */
export function addPolicyTo(scope: IConstruct, added: AddedPolicy): void {
  policies.set(scope, [...(policies.get(scope) ?? []), added]);
}

/** The policies that were added to `construct` or above it, those of the app first. */
export function policiesFor(construct: IConstruct): readonly AddedPolicy[] {
  return construct.node.scopes.flatMap((scope) => policies.get(scope) ?? []);
}
