/**
 * Where in a value something is: `path("deliver_to", 0, "secret_id")`.
 *
 * A string names an attribute of an object, a number an element of a list, `mapKey(…)` an element of a map.
 * Elements of a set have no place: name the set itself.
 */

/** The key of an element of a map. */
export interface MapKey {
  readonly key: string;
}

/** One step down into a value. */
export type PathStep = string | number | MapKey;

/** The steps from the root object to a value. The empty path is the root itself. */
export type Path = readonly PathStep[];

/** A path from its steps. */
export function path(...steps: PathStep[]): Path {
  return steps;
}

/** The step to an element of a map. */
export function mapKey(key: string): MapKey {
  return { key };
}

/** A path as Terraform writes it: `deliver_to[0].secret_id`, `triggers["image"]`. */
export function formatPath(steps: Path): string {
  const text = steps.map(formatStep).join("");
  return text.startsWith(".") ? text.slice(1) : text;
}

function formatStep(step: PathStep): string {
  if (typeof step === "string") return `.${step}`;
  return typeof step === "number" ? `[${step}]` : `[${JSON.stringify(step.key)}]`;
}
