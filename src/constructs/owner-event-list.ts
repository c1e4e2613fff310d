/**
 * Which staffing events hold for which keys.
 *
 * An event holds for everything at and below the construct that it was added to. Nothing is copied to the keys: each looks its events
 * up at synth, so it does not matter whether the key or the event was declared first.
 */
import type { IConstruct } from "constructs";
import { ownerEventPrefix } from "../model/owner-event-name";

/** Something that has happened among the people who could read an owner's keys. */
export interface OwnerEvent {
  /** The owner whose keys are rotated, as it is written at the keys. Upper and lower case are the same. Not a token. */
  readonly owner: string;
  /**
   * What happened, with its date, such as `2026-03-14 Kim left`. It names the event: reworded, it is another one, and rotates
   * once more. It is kept in the state. Not a token.
   */
  readonly event: string;
}

const events = new WeakMap<IConstruct, OwnerEvent[]>();

/** The events that were added to `scope` itself. */
export function eventsAddedTo(scope: IConstruct): readonly OwnerEvent[] {
  return events.get(scope) ?? [];
}

/** Adds an event to `scope`. */
export function addEventTo(scope: IConstruct, event: OwnerEvent): void {
  events.set(scope, [...eventsAddedTo(scope), event]);
}

/** Whether any event was added to `construct` or above it, for whichever owner. */
export function hasEventsAbove(construct: IConstruct): boolean {
  return construct.node.scopes.some((scope) => eventsAddedTo(scope).length > 0);
}

/** The triggers that the events at and above `key` make for it: none, or one for each event of its owner. */
export function ownerEventTriggers(key: IConstruct, owner: string): Readonly<Record<string, string>> {
  const own = key.node.scopes.flatMap(eventsAddedTo).filter((event) => isSameOwner(event.owner, owner));
  // The value is the same for every spelling of the owner, so that correcting one rotates nothing.
  return Object.fromEntries(own.map(({ event }) => [`${ownerEventPrefix}${event}`, comparable(owner)]));
}

/** Whether two texts name one owner. Addresses are compared without case: to miss a key here would be worse than to rotate one too many. */
export function isSameOwner(one: string, other: string): boolean {
  return comparable(one) === comparable(other);
}

function comparable(owner: string): string {
  return owner.trim().toLowerCase();
}
