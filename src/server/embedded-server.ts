/**
 * The embedded key API: the whole contract on a real port of this machine, for development and tests.
 *
 * It listens on 127.0.0.1 only. Without a data file it forgets everything when it is closed.
 */
import { systemClock, type Clock } from "../model/clock";
import type { Secret } from "../model/secret";
import { ActivityLog } from "./activity-log";
import { AdjustableClock } from "./adjustable-clock";
import { createApp } from "./app";
import { BehaviourSwitch, type Behaviour } from "./behaviour";
import type { ServerParts } from "./context";
import { FaultPlan, type Fault } from "./fault";
import { listen } from "./http-listener";
import { LastUsed } from "./last-used";
import { RequestLog, type RequestEntry } from "./request-log";
import { addAdminRoutes } from "./routes/admin";
import { SessionTokens } from "./session-tokens";
import { DataFile } from "./store/data-file";
import { KeyListText } from "./store/key-list-text";
import { MemoryKeyStore } from "./store/memory-key-store";
import { newPassword } from "./store/password";
import { addPeople, seedDirectory, seedKeys, type Seed } from "./store/seed";

/** How a server is set up. */
export interface EmbeddedServerOptions {
  /** @default 0, which takes a free port */
  readonly port?: number;
  /** The API's own clock: every timestamp and the `Date` header come from it. @default systemClock */
  readonly clock?: Clock;
  /**
   * Where the store is kept. A change of a key is on the disk before it is answered; uses and activity follow within a second. The
   * activity log is kept beside it, in the file whose name ends in `.activity`.
   * @default - in memory only
   */
  readonly dataFile?: string;
  /** Whether the project that is made without a seed is a sandbox, whose keys begin with `pb_test_`. @default false */
  readonly sandbox?: boolean;
  /** @default - see each switch */
  readonly behaviour?: Partial<Behaviour>;
  /** @default - none */
  readonly faults?: readonly Fault[];
  /** @default - one project with two accounts */
  readonly seed?: Seed;
  /** The e-mail address of the person that is made if there would be nobody who can log in. @default "admin@keyturn.localhost" */
  readonly email?: string;
  /** Whether the routes under `/_embedded/` exist, with which anyone on this machine can steer the server. @default false */
  readonly admin?: boolean;
  /** Hears of errors behind a 500, and of those of the disk. @default - they are ignored */
  readonly onUnexpectedError?: (error: unknown) => void;
}

/** A running server. */
export interface EmbeddedServer {
  /** Where it listens, such as `http://127.0.0.1:40123`, without a slash at the end. */
  readonly url: string;
  /** The person that was made because there was nobody; the password is told only here. Undefined if there was somebody. */
  readonly login: { readonly email: string; readonly password: Secret } | undefined;
  /** The requests of the API since the start, oldest first. */
  requests(): readonly RequestEntry[];
  clearRequests(): void;
  /** Replaces all planned faults; an empty list heals everything. */
  setFaults(faults: readonly Fault[]): void;
  /** Moves these switches; the others stay. */
  changeBehaviour(changes: Partial<Behaviour>): void;
  /** Lets open requests end, saves what is not saved, and frees the port and the data file. */
  close(): Promise<void>;
}

/**
 * Starts a server.
 * @throws KeyturnError INVALID_CONFIGURATION if the port is taken, or the data file is in use or cannot be read
 */
export async function createEmbeddedServer(options: EmbeddedServerOptions = {}): Promise<EmbeddedServer> {
  const { onUnexpectedError = () => undefined } = options;
  const clock = new AdjustableClock(options.clock ?? systemClock);
  const behaviour = new BehaviourSwitch(options.behaviour);
  const file = options.dataFile === undefined ? undefined : await DataFile.open(options.dataFile, clock.now().epochMs);
  try {
    const { directory, keys } = openStore(options, file, clock);
    await addPeople(directory, options.seed?.users ?? []);
    const login = directory.isEmpty() ? newLogin(options) : undefined;
    if (login) await addPeople(directory, [login]);
    const activity = new ActivityLog(clock, behaviour, file?.activityEntries);
    file?.keep({ directory, keys, activity, onUnexpectedError });

    const parts: ServerParts = {
      clock,
      behaviour,
      directory,
      keys,
      keyListText: new KeyListText(),
      lastUsed: new LastUsed(keys, clock, behaviour),
      activity,
      sessions: new SessionTokens(),
      faults: new FaultPlan(options.faults),
      requests: new RequestLog(),
      onUnexpectedError,
    };
    const stopping = new AbortController();
    const app = createApp(parts, {
      stopping: stopping.signal,
      addPrivateRoutes: (privateApp) => {
        if (options.admin) addAdminRoutes(privateApp, parts, clock);
      },
    });
    const listener = await listen(app, options.port ?? 0);
    // Only now: a start that fails because the port is taken must not leave a file behind whose password nobody was told.
    await file?.save();
    return {
      url: listener.url,
      login,
      requests: () => parts.requests.entries(),
      clearRequests: () => {
        parts.requests.clear();
      },
      setFaults: (faults) => {
        parts.faults.set(faults);
      },
      changeBehaviour: (changes) => {
        behaviour.change(changes);
      },
      close: once(async () => {
        stopping.abort();
        await listener.close();
        await file?.close();
      }),
    };
  } catch (error) {
    await file?.abandon();
    throw error;
  }
}

function openStore({ seed = {}, sandbox = false }: EmbeddedServerOptions, file: DataFile | undefined, clock: Clock) {
  if (file?.snapshot) {
    return { directory: file.snapshot.directory, keys: new MemoryKeyStore(file.snapshot.keys) };
  }
  const directory = seedDirectory(seed, sandbox ? "sandbox" : "production", clock.now());
  return { directory, keys: new MemoryKeyStore(seedKeys(seed, directory, clock.now())) };
}

function newLogin({ email = "admin@keyturn.localhost" }: EmbeddedServerOptions): { email: string; password: Secret } {
  return { email, password: newPassword() };
}

/** Closing twice is closing once. */
function once(work: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined;
  return () => (done ??= work());
}
