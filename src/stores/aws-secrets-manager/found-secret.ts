/**
 * Reads from the description of a secret which keys' secrets it holds, and whether they were put there for this logical key.
 *
 * `AWSCURRENT` is what readers get. `AWSPREVIOUS` is on the version that `AWSCURRENT` was moved from, whoever moved it, and so it cannot tell
 * a retiring key from one that was taken back. A label of our own can: it stays on the version that was delivered last.
 */
import type { DescribedSecret } from "./secrets-api";
import { keyNameTag, tagValue } from "./secret-tags";
import { whoseVersion, type Whose } from "./version-id";

/** The label that readers get a secret by, unless they say otherwise. */
export const currentLabel = "AWSCURRENT";

/** The label of the version before. AWS moves it together with `AWSCURRENT`. */
export const previousLabel = "AWSPREVIOUS";

/** On the version that was delivered last, or is about to be. On no version after a delivery was taken back. */
export const deliveredLabel = "KEYTURN_DELIVERED";

/** A version, and whose it is. */
export interface HeldVersion {
  readonly versionId: string;
  readonly whose: Whose;
}

/** A secret, as one logical key sees it. */
export interface FoundSecret extends DescribedSecret {
  readonly current: HeldVersion | undefined;
  /** What goes back into place if the current one is taken back. */
  readonly previous: HeldVersion | undefined;
  /** The version on which an interrupted attempt to take it back has left `AWSPREVIOUS`. */
  readonly takenBack: string | undefined;
  /** What stands in the place and was not put there for this logical key, in words for messages. */
  readonly foreign: string | undefined;
}

export function judgeSecret(described: DescribedSecret, keyName: string): FoundSecret {
  const withLabel = (label: string): HeldVersion | undefined => {
    const versionId = versionWith(described, label);
    return versionId === undefined ? undefined : { versionId, whose: whoseVersion(versionId, keyName) };
  };
  const current = withLabel(currentLabel);
  const previous = withLabel(previousLabel);
  const isTakenBack = previous !== undefined && previous.versionId === versionWith(described, deliveredLabel);
  return {
    ...described,
    current,
    previous: isTakenBack ? undefined : previous,
    takenBack: isTakenBack ? previous.versionId : undefined,
    foreign: describeForeign(described, current, keyName),
  };
}

/** The version that has a label now. */
export function versionWith({ labels }: DescribedSecret, label: string): string | undefined {
  return [...labels].find(([, ofVersion]) => ofVersion.includes(label))?.[0];
}

/** The key whose secret a version holds, if it is of the logical key that looks. */
export function keyIdOf(version: HeldVersion | undefined): string | undefined {
  return version?.whose.kind === "ours" ? version.whose.keyId : undefined;
}

/** Why nothing may be put into a secret, whoever it belongs to; undefined if it may. A sentence without its end. */
export function whyClosed({ isRotatedByAws, owningService, replicaOf }: DescribedSecret): string | undefined {
  if (owningService !== undefined) return `it belongs to ${owningService}, a service of AWS, which changes it itself`;
  if (replicaOf !== undefined) return `it is a replica of the secret in ${replicaOf}. Deliver to the secret there`;
  if (isRotatedByAws) {
    return "AWS rotates it, with a function of its own. Switch that off (aws secretsmanager cancel-rotate-secret), or deliver to another secret";
  }
  return undefined;
}

function describeForeign(
  described: DescribedSecret,
  current: HeldVersion | undefined,
  keyName: string,
): string | undefined {
  const taggedFor = described.tags.get(keyNameTag);
  const other = taggedFor === undefined || taggedFor === tagValue(keyName) ? undefined : taggedFor;
  if (!current) {
    if (other !== undefined) return `nothing yet, but is kept for the key ${other}, as its tag ${keyNameTag} says`;
    const isStrange = [...described.labels.keys()].some((id) => whoseVersion(id, keyName).kind !== "ours");
    return isStrange ? `versions of somebody else, none of them with the label ${currentLabel}` : undefined;
  }
  switch (current.whose.kind) {
    case "ours":
      return undefined;
    case "other-key":
      return other === undefined ? "the secret of another key, put there by keyturn" : `the secret of the key ${other}`;
    case "stranger":
      return `the version ${current.versionId}, which somebody else has put there`;
    default:
      return current.whose satisfies never;
  }
}
