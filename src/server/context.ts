/** What the routes work with: the parts of one server, and what is known of one request. */
import type { HttpBindings } from "@hono/node-server";
import type { Context } from "hono";
import type { Clock } from "../model/clock";
import type { ActivityLog } from "./activity-log";
import type { BehaviourSwitch } from "./behaviour";
import type { FaultPlan } from "./fault";
import type { LastUsed } from "./last-used";
import type { RequestLog } from "./request-log";
import type { SessionTokens } from "./session-tokens";
import type { Directory, Project, User } from "./store/directory";
import type { KeyListText } from "./store/key-list-text";
import type { KeyRecord } from "./store/key-record";
import type { KeyStore } from "./store/key-store";

/** The parts of one server. */
export interface ServerParts {
  readonly clock: Clock;
  readonly behaviour: BehaviourSwitch;
  readonly directory: Directory;
  readonly keys: KeyStore;
  readonly keyListText: KeyListText;
  readonly lastUsed: LastUsed;
  readonly activity: ActivityLog;
  readonly sessions: SessionTokens;
  readonly faults: FaultPlan;
  readonly requests: RequestLog;
  /** Hears of errors that are no refusals: mistakes in this server, or a disk that cannot be written. */
  readonly onUnexpectedError: (error: unknown) => void;
}

/** Who sent a request, and the project that it is about. */
export type Caller =
  | { readonly kind: "user"; readonly user: User; readonly project: Project }
  | { readonly kind: "key"; readonly key: KeyRecord; readonly project: Project };

/** What hono carries along with a request. */
export interface RequestEnvironment {
  Bindings: HttpBindings;
  Variables: { requestId: string; caller?: Caller };
}

export type RequestContext = Context<RequestEnvironment>;
