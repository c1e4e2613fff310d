/**
 * Who there is: one organization, its projects with their social accounts, and the people who may log in.
 *
 * It is made at the start and hardly changes; keys are kept elsewhere, in a `KeyStore`.
 */
import type { Instant } from "../../model/instant";
import type { Environment } from "./key-record";

export interface Organization {
  readonly id: string;
  readonly name: string;
}

/** An account that pins can be published to. */
export interface Account {
  readonly id: string;
  readonly username: string;
}

/** A project, which the API also calls a workspace. A key belongs to exactly one. */
export interface Project {
  readonly id: string;
  readonly name: string;
  readonly environment: Environment;
  readonly plan: string;
  readonly createdAt: Instant;
  readonly accounts: readonly Account[];
}

/** A person. Everyone may act in every project. */
export interface User {
  readonly id: string;
  readonly email: string;
  readonly passwordHash: string;
}

/** Organization, projects and people, with the project that each person acts in. */
export class Directory {
  readonly #users = new Map<string, User>();
  readonly #activeProject = new Map<string, Project>();

  constructor(
    readonly organization: Organization,
    /** Never empty: the first one is where a person acts after the first login. */
    readonly projects: readonly [Project, ...Project[]],
    users: Iterable<User>,
  ) {
    for (const user of users) this.putUser(user);
  }

  users(): Iterable<User> {
    return this.#users.values();
  }

  /** Whether nobody could log in. */
  isEmpty(): boolean {
    return this.#users.size === 0;
  }

  /** Adds a person, or replaces the one with the same e-mail address. */
  putUser(user: User): void {
    this.#users.set(user.email.toLowerCase(), user);
  }

  userByEmail(email: string): User | undefined {
    return this.#users.get(email.toLowerCase());
  }

  userById(id: string): User | undefined {
    return [...this.#users.values()].find((user) => user.id === id);
  }

  project(id: string): Project | undefined {
    return this.projects.find((project) => project.id === id);
  }

  /** Where a login leads to: the project that the person switched to last. */
  activeProject(user: User): Project {
    return this.#activeProject.get(user.id) ?? this.projects[0];
  }

  switchProject(user: User, project: Project): void {
    this.#activeProject.set(user.id, project);
  }
}
