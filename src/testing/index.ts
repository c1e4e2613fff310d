/** For tests of users and of keyturn itself: an embedded key API and a clock that is moved by hand. */
export { FakeClock } from "./fake-clock";
export { startEmbeddedServer, testWorld } from "./start-embedded-server";
export type {
  Account,
  Behaviour,
  EmbeddedServer,
  EmbeddedServerOptions,
  Environment,
  Fault,
  FaultKind,
  FaultTarget,
  RequestEntry,
  Seed,
  SeedKey,
  SeedProject,
  SeedUser,
} from "../server";
