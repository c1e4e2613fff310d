/**
 * The bodies of a KV engine's answers, and how they are read. Every text of a secret is wrapped as soon as it has been parsed.
 */
import * as z from "zod";
import { Instant } from "../../model/instant";
import { Secret } from "../../model/secret";
import type { JsonAnswer } from "../http";
import type { KvVersion } from "./kv-secret";
import { vaultErrors } from "./vault-problem";

/** The fields of a secret. Every text in it is wrapped. */
export type KvDocument = Readonly<Record<string, unknown>>;

const customBody = z.record(z.string(), z.string()).nullish();

const timestamp = z.string().refine((text) => Instant.tryParse(text) !== undefined);

const versionBody = z.object({
  created_time: timestamp,
  deletion_time: z.union([z.literal(""), timestamp]),
  destroyed: z.boolean(),
});

/** The answer to reading the metadata. */
export const metadataBody = z.object({
  data: z.object({
    current_version: z.number().int().min(0),
    versions: z.record(z.string(), versionBody),
    max_versions: z.number().int(),
    delete_version_after: z.string().optional(),
    custom_metadata: customBody,
  }),
});

/** The answer to writing a version. */
export const writtenBody = z.object({
  data: versionBody.extend({ version: z.number().int(), custom_metadata: customBody }),
});

/** The answer to reading a version that is there. */
export const readBody = z.object({
  data: z.object({
    data: z.record(z.string(), z.unknown()),
    metadata: versionBody.extend({ version: z.number().int().min(1), custom_metadata: customBody }),
  }),
});

/** What is told of the engine at a mount. */
export const engineBody = z.object({
  data: z.object({
    type: z.string(),
    path: z.string(),
    options: z.record(z.string(), z.unknown()).nullish(),
  }),
});

/** Vault's own 404 for a path that is good and has nothing; one for a path that nothing is mounted at has a sentence in it. */
export function isNotThere(answer: JsonAnswer): boolean {
  return answer.status === 404 && vaultErrors(answer)?.length === 0;
}

/** A version that was deleted or destroyed is a 404 with metadata. */
export function isGone({ status, json }: JsonAnswer): boolean {
  const gone = z.object({ data: z.object({ data: z.null(), metadata: versionBody }) });
  return status === 404 && gone.safeParse(json).success;
}

/** What an answer says of a version. */
export function versionOf(version: z.infer<typeof versionBody>): KvVersion {
  return {
    createdAt: Instant.parse(version.created_time),
    deletedAt: Instant.tryParse(version.deletion_time),
    isDestroyed: version.destroyed,
  };
}

/** The fields of a secret as they may be handed on. */
export function wrapped(fields: Readonly<Record<string, unknown>>): KvDocument {
  const entries = Object.entries(fields);
  return Object.fromEntries(
    entries.map(([name, value]) => [name, typeof value === "string" ? new Secret(value) : value]),
  );
}
