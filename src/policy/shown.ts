/**
 * A value of a plan as it may be shown: the value, null, or the reason why there is none to show.
 *
 * Everything that leaves the reader of plans is of this type. A text is shown only if the schema says what it is for, so that it is known
 * to be no secret, and neither of Terraform's masks covers it.
 */

/** Why a value is not shown: it is known only after apply, or it is or may be a secret. */
export interface Hidden {
  readonly hidden: "unknown" | "sensitive";
}

/** A value, null where it is known to be unset, or the reason why it is not shown. */
export type Shown<T> = T | null | Hidden;

export const unknownValue: Hidden = { hidden: "unknown" };
export const sensitiveValue: Hidden = { hidden: "sensitive" };

/** Whether there is something that is not shown. */
export function isHidden(value: unknown): value is Hidden {
  return typeof value === "object" && value !== null && "hidden" in value;
}

/** The value; undefined where it is null, unknown or sensitive. */
export function known<T>(value: Shown<T>): T | undefined {
  return value === null || isHidden(value) ? undefined : value;
}

const longestText = 300;

// What keys of the API begin with, a JSON web token (RFC 7519), and private keys of age.
const secretForms = /\bpb_[a-z]+_[\w-]+|\beyJ[\w-]+\.[\w-]+|AGE-SECRET-KEY-1/i;

/** A text that is no secret by what it is for. One that has the form of a secret all the same is hidden, and a very long one is cut. */
export function shownText(text: string): string | Hidden {
  if (secretForms.test(text)) return sensitiveValue;
  if (text.length <= longestText) return text;
  // Half of a character is none.
  return `${text.slice(0, longestText).replace(/[\uD800-\uDBFF]$/, "")}…`;
}
