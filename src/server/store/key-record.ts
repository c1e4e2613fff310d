/**
 * A key as the server keeps it: everything but the secret, of which there is only a hash.
 *
 * Records are never changed in place: a change makes a new record, so text rendered from a record stays right as long as it is the same object.
 */
import { createHash, randomBytes } from "node:crypto";
import { Secret } from "../../model/secret";
import type { Instant } from "../../model/instant";

/** One key. */
export interface KeyRecord {
  readonly id: string;
  readonly projectId: string;
  readonly name: string;
  readonly scopes: readonly string[];
  /** The accounts that the key is limited to; null means all of the project's. */
  readonly accountIds: readonly string[] | null;
  readonly source: string | null;
  readonly clientName: string | null;
  readonly authorizedByEmail: string | null;
  readonly createdAt: Instant;
  readonly lastUsedAt: Instant | null;
  readonly revokedAt: Instant | null;
  readonly secretHash: string;
}

/** All rights that the API knows. A key that is created without scopes gets them all. */
export const allScopes = ["read", "write", "destructive"] as const;
export type Scope = (typeof allScopes)[number];

/** Where a project's keys are used, which shows in their prefix. */
export type Environment = "production" | "sandbox";

const prefixes: Record<Environment, string> = { production: "pb_live_", sandbox: "pb_test_" };

/** A fresh secret with 256 random bits. */
export function newSecret(environment: Environment): Secret {
  return new Secret(prefixes[environment] + randomBytes(32).toString("base64url"));
}

/**
 * The hash by which a key is found. A fast hash is enough because the secrets are random and long; looking up by hash takes the
 * same time for every wrong secret.
 */
export function hashOf(secret: string): string {
  return createHash("sha256").update(secret).digest("base64url");
}
