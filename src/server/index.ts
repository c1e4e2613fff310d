/** The embedded key API. The main starting point is `createEmbeddedServer`. */
export { createEmbeddedServer, type EmbeddedServer, type EmbeddedServerOptions } from "./embedded-server";
export type { Behaviour } from "./behaviour";
export type { Fault, FaultKind, FaultTarget } from "./fault";
export type { RequestEntry } from "./request-log";
export type { Seed, SeedKey, SeedProject, SeedUser } from "./store/seed";
export type { Account } from "./store/directory";
export type { Environment } from "./store/key-record";
