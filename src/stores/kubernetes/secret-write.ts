/**
 * The writes to a Secret, each one request that happens in whole or not at all.
 *
 * They are JSON Patches (RFC 6902), which touch nothing else in the Secret. The server moves the secret that becomes the previous one, so it
 * never travels. Every patch carries the version that it was made for: the server refuses it if the Secret has been changed since, and
 * so it may be sent again when nobody knows whether it has taken effect.
 */
import type { Secret } from "../../model/secret";
import type { StoreOwner } from "../store";
import { annotations, previousDataKey, type FoundSecret } from "./found-secret";

type Found<Kind extends FoundSecret["kind"]> = Extract<FoundSecret, { kind: Kind }>;

/** One operation of a JSON Patch. */
type Operation =
  | { readonly op: "add" | "replace"; readonly path: string; readonly value: unknown }
  | { readonly op: "remove"; readonly path: string }
  | { readonly op: "move"; readonly from: string; readonly path: string };

/** A write that is to be sent. */
export type SecretWrite =
  | { readonly verb: "create"; readonly annotations: Readonly<Record<string, string>>; readonly data: SecretData }
  | { readonly verb: "patch"; readonly operations: readonly Operation[] };

type SecretData = Readonly<Record<string, Secret>>;

/** What is put into a Secret. */
export interface Content {
  readonly keyId: string;
  /** In base64, as Secrets hold it. */
  readonly encoded: Secret;
  readonly dataKey: string;
  readonly owner: StoreOwner;
}

/** The write that makes a secret the current one, and what was current the previous one. */
export function deliveryOf(content: Content, found: Found<"missing" | "free" | "ours">): SecretWrite {
  const { keyId, encoded, dataKey, owner } = content;
  const noted = {
    [annotations.keyName]: owner.keyName,
    [annotations.service]: owner.service,
    [annotations.environment]: owner.environment,
    [annotations.owner]: owner.owner,
    [annotations.dataKey]: dataKey,
    [annotations.keyId]: keyId,
  };
  if (found.kind === "missing") return { verb: "create", annotations: noted, data: { [dataKey]: encoded } };
  const before = found.kind === "ours" ? found : undefined;
  return patch(found, {
    data: before
      ? [
          // Not a copy: the server would make an empty value of one that is missing. A move of it fails.
          { op: "move", from: dataPath(dataKey), path: dataPath(previousDataKey(dataKey)) },
          { op: "add", path: dataPath(dataKey), value: encoded },
        ]
      : [...(hasData(found) ? [] : [emptyData]), { op: "add", path: dataPath(dataKey), value: encoded }],
    annotations: {
      ...noted,
      [annotations.predecessorId]: before?.keyId,
      [annotations.previousKeyId]: before?.keyId,
      [annotations.previousPredecessorId]: before?.predecessorId,
    },
  });
}

/** The write that makes the previous secret the current one again. */
export function restoreOf(
  dataKey: string,
  found: Found<"ours"> & { readonly previous: NonNullable<Found<"ours">["previous"]> },
): SecretWrite {
  return patch(found, {
    data: [{ op: "move", from: dataPath(previousDataKey(dataKey)), path: dataPath(dataKey) }],
    annotations: {
      [annotations.keyId]: found.previous.keyId,
      [annotations.predecessorId]: found.previous.predecessorId,
      [annotations.previousKeyId]: undefined,
      [annotations.previousPredecessorId]: undefined,
    },
  });
}

/** The write that leaves no secret in the Secret. It stays ours, so that it can be written again without the right to create one. */
export function clearanceOf(dataKey: string, found: Found<"ours">): SecretWrite {
  return patch(found, {
    data: [{ op: "remove", path: dataPath(dataKey) }],
    annotations: { [annotations.keyId]: undefined, [annotations.dataKey]: undefined },
  });
}

const emptyData: Operation = { op: "add", path: "/data", value: {} };

function hasData(found: Found<"free" | "ours">): boolean {
  return found.kind === "ours" || found.hasData;
}

/** An annotation that is undefined is taken away. */
function patch(
  { metadata: { resourceVersion, annotations: noted } }: Found<"free" | "ours">,
  changes: {
    readonly data: readonly Operation[];
    readonly annotations: Readonly<Record<string, string | undefined>>;
  },
): SecretWrite {
  const annotating = Object.entries(changes.annotations).flatMap(([name, value]): Operation[] => {
    const path = `/metadata/annotations/${escape(name)}`;
    if (value !== undefined) return [{ op: "add", path, value }];
    return noted?.[name] === undefined ? [] : [{ op: "remove", path }];
  });
  return {
    verb: "patch",
    operations: [
      { op: "replace", path: "/metadata/resourceVersion", value: resourceVersion },
      ...changes.data,
      ...(noted ? [] : [{ op: "add", path: "/metadata/annotations", value: {} } as const]),
      ...annotating,
    ],
  };
}

function dataPath(dataKey: string): string {
  return `/data/${escape(dataKey)}`;
}

/** For one step of a JSON Pointer (RFC 6901). */
function escape(name: string): string {
  return name.replaceAll("~", "~0").replaceAll("/", "~1");
}
