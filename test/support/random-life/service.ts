/**
 * A service that uses the key again and again, always within the quiet period, and reads its secret anew now and then.
 */
import { request } from "undici";
import { Duration } from "../../../src/model/duration";
import type { ReadSecret, Site } from "./site";

/** How often a service reads its secret: well within every overlap, after days, or only when it starts. */
export type ServiceKind = "schedule" | "late" | "never";

/** Shorter than the shortest quiet period, together with the longest time that an apply waits. */
export const useEveryMs = Duration.minutes(150).ms;

const readEveryMs: Record<ServiceKind, number> = {
  // At every second use: at most five hours apart, where the shortest overlap is six.
  schedule: 2 * useEveryMs,
  late: Duration.days(3).ms,
  never: Infinity,
};

/** One service. */
export class Service {
  isRunning = true;
  nextUseMs = 0;
  held: ReadSecret | undefined;
  #readAtMs = -Infinity;

  /** @param place which of the places of the site it reads; the first one, if there are fewer */
  constructor(
    readonly kind: ServiceKind,
    private readonly place: number,
    readonly site: Site,
  ) {}

  /** Reads its secret again. @returns whether it now has another one */
  async read(nowMs: number): Promise<boolean> {
    const places = await this.site.places();
    const found = places[this.place % Math.max(1, places.length)] ?? places.find((each) => each !== undefined);
    if (!found) return false;
    this.#readAtMs = nowMs;
    const isOther = found.keyId !== this.held?.keyId;
    this.held = found;
    return isOther;
  }

  /** Sends one request, with a secret that is as fresh as its schedule says. @returns the status; undefined if it has no secret yet */
  async use(url: string, nowMs: number): Promise<number | undefined> {
    this.nextUseMs = nowMs + useEveryMs;
    if (!this.held || nowMs - this.#readAtMs >= readEveryMs[this.kind]) await this.read(nowMs);
    return await this.tryAgain(url);
  }

  /** Sends one request with the secret that it has. */
  async tryAgain(url: string): Promise<number | undefined> {
    if (!this.held) return undefined;
    const { statusCode, body } = await request(`${url}/v1/pinterest/accounts`, {
      headers: { "x-api-key": this.held.secret },
    });
    await body.dump();
    return statusCode;
  }
}
