/**
 * Provider processes that can be killed at any of their requests, while the API and the state go on.
 *
 * A killed process does nothing more, not even take something back: its next pause never ends. The client pauses before it repeats a
 * request, so a process whose connections break for good stops there.
 */
import type { Clock } from "../../../src/model/clock";
import { keyturnProvider } from "../../../src/provider/keyturn-provider";
import { testWorld, type FakeClock } from "../../../src/testing";
import { hasErrors } from "../harness/resource-calls";
import type { KeyWorld } from "../key-world";
import { ProviderHarness } from "../provider-harness";

/** When a process is to be killed. */
export interface Kill {
  /** How many requests it may still make. */
  readonly after: number;
  /** Whether the request at which it is killed is carried out. */
  readonly isDone: boolean;
}

/** A kill at the first request of a kind. */
export interface KillAt {
  readonly at: { readonly method: string; /** The beginning of the path. */ readonly path: string };
  readonly isDone: boolean;
}

/** Kills processes. Only one kill is armed at a time. */
export class Killer {
  #isStruck: (() => boolean) | undefined;
  #died: () => void = () => undefined;

  constructor(private readonly world: KeyWorld) {}

  /** Whether the armed kill has struck. */
  get hasStruck(): boolean {
    return this.#isStruck?.() ?? false;
  }

  /**
   * Does some work of a process, which may be killed on the way.
   * @returns whether it was killed
   */
  async during(kill: Kill | KillAt, work: () => Promise<void>): Promise<boolean> {
    const { api } = this.world;
    const death = new Promise<"killed">((resolve) => {
      this.#died = () => {
        resolve("killed");
      };
    });
    api.clearRequests();
    const kind = kill.isDone ? "lost-response" : "reset";
    if ("at" in kill) {
      this.#isStruck = () =>
        api.requests().some(({ method, path }) => method === kill.at.method && path.startsWith(kill.at.path));
      // From then on everything fails.
      api.setFaults([{ kind, method: kill.at.method, path: `${kill.at.path}*`, count: "always" }]);
    } else {
      this.#isStruck = () => api.requests().length > kill.after;
      api.setFaults([{ kind, after: kill.after, count: "always" }]);
    }
    try {
      return (await Promise.race([work(), death])) === "killed";
    } finally {
      this.#isStruck = undefined;
      api.setFaults([]);
    }
  }

  /** Never resolves. */
  async die(): Promise<void> {
    this.#died();
    await new Promise(() => undefined);
  }
}

/** Starts a provider process on the API of a world, which `killer` can kill. @returns undefined if it cannot be configured */
export async function startProcess(world: KeyWorld, killer: Killer): Promise<ProviderHarness | undefined> {
  const environment = { KEYTURN_ENDPOINT: world.api.url, KEYTURN_API_KEY: testWorld.managementKey.reveal() };
  const clock = mortalClock(world.clock, killer);
  const provider = new ProviderHarness(keyturnProvider({ environment, clock, version: "0.0.0" }));
  const diagnostics = await provider.configure({});
  return hasErrors(diagnostics) ? undefined : provider;
}

function mortalClock(clock: FakeClock, killer: Killer): Clock {
  return {
    now: () => clock.now(),
    sleep: async (duration, signal) => {
      await (killer.hasStruck ? killer.die() : clock.sleep(duration, signal));
    },
  };
}
