/**
 * The rules for staffing events, checked at synth: an event that rotates no key, or the same keys twice, is a mistake.
 */
import { Token } from "cdktf";
import type { IConstruct } from "constructs";
import { eventsAddedTo, isSameOwner, type OwnerEvent } from "./owner-event-list";

/** What the rules need to know of a key. */
export interface OwnedKey {
  readonly owner: string;
}

const longestOwnerList = 20;

/** What is wrong with the events that were added to `scope`, given all keys at and below it. */
export function ownerEventProblems(scope: IConstruct, keys: readonly OwnedKey[]): string[] {
  const owners = [...new Set(keys.map(({ owner }) => owner).filter((owner) => !Token.isUnresolved(owner)))].sort();
  return eventsAddedTo(scope).flatMap((event) => [
    ...unmatchedProblems(event, owners, scope),
    ...repetitionProblems(event, scope),
  ]);
}

/** How messages name the construct that events were added to. */
export function nameOfScope({ node }: IConstruct): string {
  return node.path === "" ? "the app" : node.path;
}

function unmatchedProblems({ owner, event }: OwnerEvent, owners: readonly string[], scope: IConstruct): string[] {
  if (owners.some((existing) => isSameOwner(existing, owner))) return [];
  return [
    `the owner event "${event}" is for "${owner}", but no key in ${nameOfScope(scope)} has that owner; ${ownerList(owners)}. ` +
      "If the keys are gone, remove the event: that rotates nothing",
  ];
}

function ownerList(owners: readonly string[]): string {
  if (owners.length === 0) return "no key there has an owner that is known at synth";
  const shown = owners.slice(0, longestOwnerList).map((owner) => `"${owner}"`);
  const hidden = owners.length - shown.length;
  return `the owners are ${shown.join(", ")}${hidden > 0 ? ` and ${hidden} more` : ""}`;
}

function repetitionProblems(event: OwnerEvent, scope: IConstruct): string[] {
  const above = scope.node.scopes.filter((found) => found !== scope);
  const repeated = above.find((found) => eventsAddedTo(found).some((other) => isSameEvent(other, event)));
  if (!repeated) return [];
  return [
    `the owner event "${event.event}" for "${event.owner}" was added to ${nameOfScope(scope)} and to ${nameOfScope(repeated)}, ` +
      "which contains it, but rotates a key only once; remove one of them, or tell them apart by their dates",
  ];
}

/** Whether two events are one to the keys. */
export function isSameEvent(one: OwnerEvent, other: OwnerEvent): boolean {
  return one.event === other.event && isSameOwner(one.owner, other.owner);
}
