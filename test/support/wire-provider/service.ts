/**
 * A provider without any meaning, for tests of the wire: each method does one thing that the wire must cope with.
 */
import { appendFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import type { ProviderService } from "../../../src/plugin/provider-service";

/** Fails with the reason in WIRE_LOAD_FAILURE, or takes WIRE_LOAD_MS milliseconds, where they are set. */
export async function loadWireService(environment: NodeJS.ProcessEnv): Promise<ProviderService> {
  await delay(Number(environment["WIRE_LOAD_MS"] ?? 0));
  if (environment["WIRE_LOAD_FAILURE"]) {
    throw new Error(environment["WIRE_LOAD_FAILURE"]);
  }
  return wireService;
}

let hasStopped = false;

const wireService: ProviderService = {
  /** Writes to stdout, as a careless dependency would. */
  getMetadata: async () => {
    console.log("a careless line");
    process.stdout.write("another careless line\n");
    return { resources: [{ typeName: "wire_thing" }] };
  },
  /** Throws. */
  validateProviderConfig: async () => {
    throw new Error("this method always fails");
  },
  /** Lets exceptions loose where nobody waits for them, and answers. */
  configureProvider: async () => {
    setImmediate(() => {
      throw new Error("thrown in a callback");
    });
    void Promise.reject(new Error("rejected in the background"));
    await delay(20);
    return {};
  },
  /** Gives back what it gets. */
  readResource: async ({ currentState }) => ({ newState: currentState }),
  /**
   * Takes as long as `private` says, in milliseconds, and then writes a line to the file that `typeName` names.
   * StopProvider does not shorten it.
   */
  applyResourceChange: async ({ typeName, plannedPrivate }) => {
    appendFileSync(typeName, "begun\n");
    await delay(Number(Buffer.from(plannedPrivate).toString()));
    appendFileSync(typeName, hasStopped ? "done after a stop\n" : "done\n");
    return {};
  },
  stopProvider: async () => {
    hasStopped = true;
    return {};
  },
};
