/**
 * Decides when the process ends, and sees to it that it never ends in the middle of an apply if that can be helped.
 *
 * The host's own ways to end a plugin are the Shutdown call and, two seconds later, SIGKILL. Ctrl-C reaches the whole process group
 * and is the host's affair: it will call StopProvider. If the host dies, nobody tells us: the parent's process id then
 * changes. Closed connections are no sign of that, because gRPC in Go closes a connection that was idle for half an hour and
 * opens it again when it is needed, which a long apply of other resources brings about.
 */
import { errorFields, type Logger } from "../../logging/logger";
import type { CallsInFlight } from "./calls-in-flight";
import type { GrpcServer } from "./grpc-server";
import type { Host } from "./host";

/** The host waits 2 seconds after its Shutdown call; calls that are still in flight get most of them. */
const shutdownPatienceMs = 1500;
/** How long the last answers may take on their way out. */
const closingPatienceMs = 200;
const parentCheckIntervalMs = 2000;
/** A host connects as soon as it has read the handshake line. If it died before our first look at it, it never will. */
const firstConnectionPatienceMs = 60_000;

export interface LifetimeOptions {
  readonly host: Host;
  readonly log: Logger;
  readonly calls: CallsInFlight;
  /** Loads the server if it is not loaded yet. */
  readonly grpcServer: () => Promise<GrpcServer>;
}

export class Lifetime {
  readonly #options: LifetimeOptions;
  #isEnding = false;
  #hasConnected = false;

  constructor(options: LifetimeOptions) {
    this.#options = options;
  }

  /** Starts to listen to signals and to watch the host. */
  watch(): void {
    const { host, log } = this.#options;
    host.on("SIGINT", () => undefined);
    host.on("SIGTERM", () => {
      this.#onTerminationSignal("SIGTERM");
    });
    host.on("SIGHUP", () => {
      this.#onTerminationSignal("SIGHUP");
    });
    // Going on is safer than ending: the result of an apply in flight would be lost, and a key forgotten.
    host.on("uncaughtException", (error) => {
      log.error("an exception was thrown where nobody catches it", errorFields(error));
    });
    host.on("unhandledRejection", (error) => {
      log.error("a promise was rejected where nobody catches it", errorFields(error));
    });
    this.#watchParent();
  }

  /** To be called for each connection of the host. */
  noteConnection(): void {
    this.#hasConnected = true;
  }

  /** Ends within the time that the host allows after its Shutdown call. */
  endByRequest(): void {
    void this.#end("Shutdown call", async (calls) => {
      await Promise.race([calls.untilNone(), delay(shutdownPatienceMs)]);
    });
  }

  #onTerminationSignal(signal: string): void {
    if (this.#isEnding) {
      // The sender insists.
      this.#options.host.exit(1);
      return;
    }
    this.#endGently(signal);
  }

  /** Asks the provider to wind up, and waits for as long as it takes: a half-done apply is worse than a late end. */
  #endGently(reason: string): void {
    void this.#end(reason, async (calls, grpcServer) => {
      await grpcServer.stopProvider().catch((error: unknown) => {
        this.#options.log.error("StopProvider failed", errorFields(error));
      });
      await calls.untilNone();
    });
  }

  async #end(
    reason: string,
    finishCalls: (calls: CallsInFlight, grpcServer: GrpcServer) => Promise<void>,
  ): Promise<void> {
    if (this.#isEnding) {
      return;
    }
    this.#isEnding = true;
    const { host, log, calls } = this.#options;
    log.debug("the provider ends", { reason });
    const grpcServer = await this.#options.grpcServer();
    await finishCalls(calls, grpcServer);
    await Promise.race([grpcServer.close(), delay(closingPatienceMs)]);
    host.exit(0);
  }

  #watchParent(): void {
    const { host } = this.#options;
    const parent = host.ppid;
    let waitedMs = 0;
    const timer = setInterval(() => {
      waitedMs += parentCheckIntervalMs;
      if (host.ppid !== parent) {
        this.#endGently("the host is gone");
      } else if (!this.#hasConnected && waitedMs >= firstConnectionPatienceMs) {
        this.#endGently("the host never connected");
      }
    }, parentCheckIntervalMs);
    timer.unref();
  }
}

function delay(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
