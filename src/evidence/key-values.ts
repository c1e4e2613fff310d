/** What a key is called, and the values of it that go into queries and addresses. */
import { Duration } from "../model/duration";
import { placeholdersIn } from "../model/evidence-template";
import type { WatchedKey } from "./evidence-source";

/** How exactly is known when a key got a name: the name tells it to the second, and the renaming takes a moment. */
export const renamingSlack = Duration.seconds(2);

/** The name that the key has now, or had last. */
export function currentName({ names, logicalName }: WatchedKey): string {
  return (names.find(({ to }) => to === undefined) ?? names.at(-1))?.name ?? logicalName;
}

/** Says which of the values that a template needs is not known of the key; undefined if all are. */
export function missingValue(template: string, key: WatchedKey): string | undefined {
  const placeholders = placeholdersIn(template);
  const missing = (["service", "environment"] as const).find(
    (name) => placeholders.has(name) && key[name] === undefined,
  );
  return missing && `it is asked with $${missing}, and the ${missing} of the key ${key.id} is not known`;
}
