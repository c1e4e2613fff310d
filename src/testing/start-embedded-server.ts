/**
 * The embedded key API with a known world in it: one project with two accounts, one person, one key with all scopes.
 *
 * Ids and secrets are fixed, so tests can name them. Options are those of `createEmbeddedServer`; a seed of your own replaces the known world.
 */
import { createEmbeddedServer, type EmbeddedServer, type EmbeddedServerOptions, type Seed } from "../server";
import { Secret } from "../model/secret";

/** What the server knows at the start if no seed is given. */
export const testWorld = {
  projectId: "11111111-1111-4111-8111-111111111111",
  accountIds: ["22222222-2222-4222-8222-222222222221", "22222222-2222-4222-8222-222222222222"],
  email: "admin@acme.example",
  password: new Secret("correct horse battery staple"),
  managementKeyId: "33333333-3333-4333-8333-333333333333",
  managementKeyName: "keyturn-management",
  /** Has all scopes. */
  managementKey: new Secret("pb_live_keyturn-management-key-for-tests"),
} as const;

const testSeed: Seed = {
  organization: "Acme",
  projects: [
    {
      id: testWorld.projectId,
      name: "prod",
      accounts: [
        { id: testWorld.accountIds[0], username: "acme-first" },
        { id: testWorld.accountIds[1], username: "acme-second" },
      ],
    },
  ],
  users: [{ email: testWorld.email, password: testWorld.password }],
  keys: [{ id: testWorld.managementKeyId, name: testWorld.managementKeyName, secret: testWorld.managementKey }],
};

/**
 * Starts an embedded server for a test, on a free port. Close it when the test ends.
 * Log in with what `testWorld` holds.
 */
export function startEmbeddedServer(options: EmbeddedServerOptions = {}): Promise<EmbeddedServer> {
  return createEmbeddedServer({ seed: testSeed, ...options });
}
