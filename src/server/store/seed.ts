/**
 * What exists at the start: organization, projects, people and keys.
 *
 * A seed is plain data with secrets in `Secret`, so tests can give fixed ones. It fills a fresh store; an existing data file stays as it is,
 * but people of the seed are added to it, or get their password set.
 */
import { randomUUID } from "node:crypto";
import { KeyturnError } from "../../model/error";
import type { Instant } from "../../model/instant";
import type { Secret } from "../../model/secret";
import { Directory, type Account, type Project } from "./directory";
import { allScopes, hashOf, newSecret, type Environment, type KeyRecord } from "./key-record";
import { hashPassword } from "./password";

export interface SeedUser {
  readonly email: string;
  readonly password: Secret;
  /** @default - a random UUID */
  readonly id?: string;
}

export interface SeedProject {
  readonly name: string;
  /** @default - a random UUID */
  readonly id?: string;
  /** @default "production" */
  readonly environment?: Environment;
  /** @default "pro" */
  readonly plan?: string;
  /** @default - none */
  readonly accounts?: readonly Account[];
}

export interface SeedKey {
  readonly name: string;
  /** @default - a random UUID */
  readonly id?: string;
  /** @default - a random secret that nobody has */
  readonly secret?: Secret;
  /** The name of the project that the key belongs to. @default - the first project */
  readonly project?: string;
  /** @default - all scopes */
  readonly scopes?: readonly string[];
  /** @default null, which is all accounts */
  readonly accountIds?: readonly string[] | null;
  /** @default "manual" */
  readonly source?: string | null;
  /** The application that an `oauth` key was made for. @default null */
  readonly clientName?: string | null;
  /** @default null */
  readonly authorizedByEmail?: string | null;
  /** @default - the time of the server's start */
  readonly createdAt?: Instant;
  /** @default null */
  readonly lastUsedAt?: Instant | null;
  /** @default null */
  readonly revokedAt?: Instant | null;
}

/** What a fresh store holds. */
export interface Seed {
  /** @default "Example organization" */
  readonly organization?: string;
  /** At least one. @default - one project with two accounts */
  readonly projects?: readonly SeedProject[];
  /** @default - none: the server then makes one person and tells the password once */
  readonly users?: readonly SeedUser[];
  /** @default - none */
  readonly keys?: readonly SeedKey[];
}

/** The directory of a fresh store, still without people. */
export function seedDirectory(seed: Seed, defaultEnvironment: Environment, now: Instant): Directory {
  const [first, ...others] = seed.projects ?? [defaultProject(defaultEnvironment)];
  if (!first) throw new KeyturnError("INVALID_VALUE", "the seed has no project; give at least one");
  const makeProject = (project: SeedProject): Project => ({
    id: project.id ?? randomUUID(),
    name: project.name,
    environment: project.environment ?? "production",
    plan: project.plan ?? "pro",
    createdAt: now,
    accounts: project.accounts ?? [],
  });
  const organization = { id: randomUUID(), name: seed.organization ?? "Example organization" };
  return new Directory(organization, [makeProject(first), ...others.map(makeProject)], []);
}

/** Adds the people of a seed; who is there already gets the password of the seed. */
export async function addPeople(directory: Directory, people: readonly SeedUser[]): Promise<void> {
  for (const { id, email, password } of people) {
    const known = directory.userByEmail(email);
    directory.putUser({ id: id ?? known?.id ?? randomUUID(), email, passwordHash: await hashPassword(password) });
  }
}

/** The keys of a fresh store. */
export function seedKeys(seed: Seed, directory: Directory, now: Instant): KeyRecord[] {
  return (seed.keys ?? []).map((key) => {
    const project =
      key.project === undefined ? directory.projects[0] : directory.projects.find(({ name }) => name === key.project);
    if (!project) {
      throw new KeyturnError("INVALID_VALUE", `the seed has no project "${key.project}" for the key "${key.name}"`);
    }
    return {
      id: key.id ?? randomUUID(),
      projectId: project.id,
      name: key.name,
      scopes: key.scopes ?? allScopes,
      accountIds: key.accountIds ?? null,
      source: key.source === undefined ? "manual" : key.source,
      clientName: key.clientName ?? null,
      authorizedByEmail: key.authorizedByEmail ?? null,
      createdAt: key.createdAt ?? now,
      lastUsedAt: key.lastUsedAt ?? null,
      revokedAt: key.revokedAt ?? null,
      secretHash: hashOf((key.secret ?? newSecret(project.environment)).reveal()),
    };
  });
}

function defaultProject(environment: Environment): SeedProject {
  return {
    name: environment,
    environment,
    accounts: [
      { id: randomUUID(), username: "first-account" },
      { id: randomUUID(), username: "second-account" },
    ],
  };
}
