/**
 * Faults on demand: what goes wrong, for which requests, and how often.
 *
 * A fault is used up by the requests it strikes. Where several fit a request, the first one strikes, except that latency is added to
 * the next fault that fits.
 */
import { KeyturnError } from "../model/error";

/** What goes wrong. */
export type FaultKind =
  /** The request is held for a while before anything is done. Real milliseconds, whatever the server's clock says. */
  | { readonly kind: "latency"; readonly ms: number }
  /** 429, before anything is done. The pause is told in the `Retry-After` header, in the body, or not at all. */
  | {
      readonly kind: "rate-limit";
      readonly retryAfterSeconds?: number;
      readonly toldIn?: "header" | "body" | "nowhere";
    }
  /** An error status with a body of the contract, before anything is done. */
  | { readonly kind: "error"; readonly status: number }
  /** 502 with the HTML page of a proxy, before anything is done. */
  | { readonly kind: "bad-gateway" }
  /** The request is carried out; the connection is reset instead of an answer. */
  | { readonly kind: "lost-response" }
  /** The request is carried out; the answer is 502 with the HTML page of a proxy. */
  | { readonly kind: "bad-gateway-after" }
  /** The connection is reset before anything is done. */
  | { readonly kind: "reset" };

/** Which requests a fault strikes. */
export interface FaultTarget {
  /** An HTTP method. @default - every method */
  readonly method?: string;
  /** A path, where `*` stands for any text: `/v1/api-keys/*`. @default - every path */
  readonly path?: string;
  /** How many fitting requests pass before the fault strikes. @default 0 */
  readonly after?: number;
  /** How many requests it strikes, or `always`. @default 1 */
  readonly count?: number | "always";
}

/** A fault and its target. */
export type Fault = FaultKind & FaultTarget;

interface ArmedFault {
  readonly fault: Fault;
  readonly path: RegExp | undefined;
  passes: number;
  strikes: number;
}

/** The faults that wait for their requests. */
export class FaultPlan {
  #armed: ArmedFault[] = [];

  constructor(faults: readonly Fault[] = []) {
    this.set(faults);
  }

  /** Replaces what was planned before; an empty list heals everything. */
  set(faults: readonly Fault[]): void {
    this.#armed = faults.map(arm);
  }

  /** The faults that are not used up, as they were given. */
  waiting(): readonly Fault[] {
    return this.#armed.map(({ fault }) => fault);
  }

  /** What strikes this request, in order: any latency, then at most one other fault. */
  strike(method: string, path: string): readonly Fault[] {
    if (this.#armed.length === 0) return [];
    const struck: Fault[] = [];
    for (const armed of this.#armed) {
      if (!fits(armed, method, path)) continue;
      if (armed.passes > 0) {
        armed.passes -= 1;
        continue;
      }
      armed.strikes -= 1;
      struck.push(armed.fault);
      if (armed.fault.kind !== "latency") break;
    }
    this.#armed = this.#armed.filter(({ strikes }) => strikes > 0);
    return struck;
  }
}

function arm(fault: Fault): ArmedFault {
  const strikes = fault.count === "always" ? Infinity : (fault.count ?? 1);
  if (!(strikes >= 1)) {
    throw new KeyturnError(
      "INVALID_VALUE",
      `a fault strikes ${strikes} requests; give a count of 1 or more, or "always"`,
    );
  }
  return {
    fault,
    path: fault.path === undefined ? undefined : pathPattern(fault.path),
    passes: fault.after ?? 0,
    strikes,
  };
}

function pathPattern(path: string): RegExp {
  const literals = path.split("*").map((text) => text.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${literals.join(".*")}$`);
}

function fits({ fault, path }: ArmedFault, method: string, requestPath: string): boolean {
  if (fault.method !== undefined && fault.method.toUpperCase() !== method) return false;
  return path === undefined || path.test(requestPath);
}
