/**
 * The label of a secret of GitHub Actions: whose it is. GitHub labels no secret, so it stands in a variable beside it.
 *
 * A secret and its label cannot be changed in one step. So a label first says which key is coming, and then that it is there. GitHub tells when
 * a secret was changed last, to the second; from that and the label follows what the secret is, wherever a delivery was cut short, and
 * whether somebody else has changed it since.
 */
import { z } from "zod";
import { Instant } from "../../model/instant";

/** What is said of a secret in its variable. */
export interface SecretLabel {
  /** The logical key: `scheduler-prod`. */
  readonly keyName: string;
  /** The key whose secret was put there last. */
  readonly held?: HeldLabel | undefined;
  /** The key whose secret was about to be put there. */
  readonly coming?: ComingLabel | undefined;
}

/** A key whose secret was about to be put there, and since when, by GitHub's clock. */
interface ComingLabel {
  readonly keyId: string;
  readonly since: Instant;
}

/** A key whose secret is there. */
export interface HeldLabel {
  readonly keyId: string;
  /** The key whose secret was there before; undefined if there was none. */
  readonly predecessorId: string | undefined;
  /** When GitHub says that the secret was changed, in its own words. */
  readonly updatedAt: string;
}

/** What a secret is. `arriving`: what was coming has not come so far. */
export type FoundSecret =
  | { readonly kind: "none"; readonly arriving?: ComingLabel | undefined }
  /** Ours. It is recorded if the label says so, and not only that it was coming. */
  | {
      readonly kind: "ours";
      readonly held: HeldLabel;
      readonly isRecorded: boolean;
      readonly arriving?: ComingLabel | undefined;
    }
  | { readonly kind: "foreign"; readonly what: string };

/** A delivery takes seconds; this is for clocks that differ and for all tries of all its requests. */
const longestDeliveryMs = 5 * 60_000;
const clockDifferenceMs = 30_000;

const labelSchema = z.object({
  keyturn: z.literal(1),
  name: z.string().min(1),
  held: z.object({ key: z.string().min(1), after: z.string().min(1).optional(), updated_at: z.string() }).optional(),
  coming: z.object({ key: z.string().min(1), since: z.string() }).optional(),
});

/** The value of the variable. */
export function labelText({ keyName, held, coming }: SecretLabel): string {
  return JSON.stringify({
    keyturn: 1,
    name: keyName,
    ...(held && { held: { key: held.keyId, after: held.predecessorId, updated_at: held.updatedAt } }),
    ...(coming && { coming: { key: coming.keyId, since: coming.since.toString() } }),
  } satisfies z.input<typeof labelSchema>);
}

/** @returns undefined for a value that no label has */
export function parseLabel(text: string): SecretLabel | undefined {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return undefined;
  }
  const label = labelSchema.safeParse(json);
  if (!label.success) return undefined;
  const { name, held, coming } = label.data;
  const since = coming && Instant.tryParse(coming.since);
  return {
    keyName: name,
    held: held && { keyId: held.key, predecessorId: held.after, updatedAt: held.updated_at },
    coming: coming && since && { keyId: coming.key, since },
  };
}

/**
 * What a secret is, seen with its label.
 * @param updatedAt when the secret was changed last; undefined if there is no secret
 * @param about the name of the logical key, and the value of the variable; undefined if there is no variable
 */
export function judgeSecret(
  updatedAt: string | undefined,
  { keyName, variable }: { readonly keyName: string; readonly variable: string | undefined },
): FoundSecret {
  if (variable === undefined) {
    return updatedAt === undefined
      ? { kind: "none" }
      : { kind: "foreign", what: "a secret that has no label of keyturn" };
  }
  const label = parseLabel(variable);
  if (!label) return { kind: "foreign", what: "a secret whose variable for the label holds something else" };
  if (label.keyName !== keyName) return judgeOther(label, updatedAt);
  const { held, coming } = label;
  if (updatedAt === undefined) return { kind: "none", arriving: coming };
  if (held?.updatedAt === updatedAt) return { kind: "ours", held, isRecorded: true, arriving: coming };
  if (coming && isWithinDelivery(updatedAt, coming.since)) {
    return { kind: "ours", held: { keyId: coming.keyId, predecessorId: held?.keyId, updatedAt }, isRecorded: false };
  }
  return { kind: "foreign", what: `a secret that somebody else has changed at ${updatedAt}` };
}

/** A label without a secret is what a delivery that was taken back may leave. */
function judgeOther({ keyName, coming }: SecretLabel, updatedAt: string | undefined): FoundSecret {
  if (updatedAt === undefined && !coming) return { kind: "none" };
  return { kind: "foreign", what: `the secret of the key ${keyName}` };
}

function isWithinDelivery(updatedAt: string, since: Instant): boolean {
  const changed = Instant.tryParse(updatedAt);
  if (!changed) return false;
  const after = since.msUntil(changed);
  return after >= -clockDifferenceMs && after <= longestDeliveryMs;
}
