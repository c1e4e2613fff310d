/**
 * A logical key: one service in one environment, whatever secret stands behind it at the moment.
 *
 * Its name on the API is `service-environment`. The parts cannot be read back from the name, since both may contain hyphens.
 */

/** A service in an environment. */
export interface LogicalKey {
  readonly service: string;
  readonly environment: string;
}

/**
 * What a service or an environment may be called: letters, digits, `.`, `_` and `-`, beginning and ending with a letter or digit.
 * It has no space and no `~`, because names on the API are made of it and `~` separates the phase there.
 */
export const namePart = {
  pattern: /^[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?$/,
  allowed: "letters, digits, '.', '_' and '-', beginning and ending with a letter or digit",
} as const;

/** The name that the active key of a logical key has on the API. */
export function logicalKeyName({ service, environment }: LogicalKey): string {
  return `${service}-${environment}`;
}
