/**
 * Staffing events: one line in the app rotates every key of an owner.
 *
 * An event becomes an entry in `rotation_triggers` of each of the owner's keys. The provider rotates a key for an entry that is added and
 * for none that is removed, so old lines may be deleted at any time.
 */
import { Token } from "cdktf";
import { Construct, type IConstruct } from "constructs";
import { KeyturnError } from "../model/error";
import { ApiKey } from "./api-key";
import { isSameEvent, nameOfScope, ownerEventProblems } from "./owner-event-check";
import { addEventTo, eventsAddedTo, type OwnerEvent } from "./owner-event-list";

// As the name of a trigger the text goes through Terraform's templates and through names in quotes, which cdktf does not escape.
const unsafeText = /["\\\r\n]|[$%]\{/;

const instances = new WeakMap<IConstruct, OwnerEvents>();

/**
 * What has happened among the people who could read keys, at one construct and for everything below it.
 *
 * ```ts
 * OwnerEvents.of(app).add({ owner: "team-publishing@acme.example", event: "2026-03-14 Kim left" });
 * ```
 *
 * The next plan shows the rotation of every key of that owner, with the usual overlap; nothing is revoked early. A line that is
 * removed later rotates nothing. A key that is declared later, or imported, is not rotated for the events that are there already,
 * but one that is handed to another owner is rotated for that owner's events.
 *
 * A key whose owner is a token, known only when Terraform runs, gets no events; synth warns of it.
 */
export class OwnerEvents {
  private constructor(private readonly scope: IConstruct) {
    scope.node.addValidation({
      validate: () => {
        if (eventsAddedTo(scope).length === 0) return [];
        const keys = scope.node.findAll().filter((found) => ApiKey.isApiKey(found));
        return ownerEventProblems(scope, keys);
      },
    });
  }

  /**
   * The events of `scope`: an app, a stack, or any other construct. The same object at every call.
   *
   * @throws KeyturnError INVALID_VALUE if `scope` is no construct
   */
  static of(scope: IConstruct): OwnerEvents {
    if (!Construct.isConstruct(scope)) {
      throw new KeyturnError("INVALID_VALUE", "OwnerEvents.of takes the app, a stack or another construct");
    }
    const existing = instances.get(scope);
    if (existing) return existing;
    const made = new OwnerEvents(scope);
    instances.set(scope, made);
    return made;
  }

  /**
   * Adds an event. It may come before or after the keys that it is for.
   *
   * Synth fails if no key at or below the construct has that owner, and names the owners that there are.
   *
   * @returns these events, for the next `add`
   * @throws KeyturnError INVALID_VALUE if owner or event is empty or a token, if the event has a quotation mark, a backslash, a line
   *   break, `${` or `%{` in it, or if it was added before
   */
  add(event: OwnerEvent): this {
    // Plain JavaScript can pass nothing, which a spread turns into an object without properties.
    const { owner, event: text } = { ...event };
    const added = { owner: plainText("owner", owner), event: plainText("event", text) };
    if (unsafeText.test(added.event)) {
      throw new KeyturnError(
        "INVALID_VALUE",
        `the owner event ${JSON.stringify(added.event)} cannot be the name of a trigger; ` +
          'leave out ", \\, line breaks, ${ and %{, for example with \' in place of "',
      );
    }
    if (eventsAddedTo(this.scope).some((other) => isSameEvent(other, added))) {
      throw new KeyturnError(
        "INVALID_VALUE",
        `the owner event "${added.event}" for "${added.owner}" was added to ${nameOfScope(this.scope)} before, and would rotate nothing; ` +
          "tell them apart, for example by their dates",
      );
    }
    addEventTo(this.scope, added);
    return this;
  }
}

/** A text that is known at synth and not empty, without spaces around it. */
function plainText(name: keyof OwnerEvent, value: unknown): string {
  const refuse = (reason: string): KeyturnError =>
    new KeyturnError("INVALID_VALUE", `the ${name} of an owner event ${reason}`);
  if (Token.isUnresolved(value)) throw refuse("is a token; it must be known at synth, so write it out");
  if (typeof value !== "string" || value.trim() === "") {
    throw refuse(`is missing; write ${name === "owner" ? "it as at the keys" : "what happened and when"}`);
  }
  return value.trim();
}
