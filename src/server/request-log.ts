/**
 * The requests that came in, for tests and benchmarks to count.
 *
 * In memory only, and bounded. It holds no header, no body and no secret; the key that authenticated is named by its id.
 */
import type { Instant } from "../model/instant";

/** One request and how it ended. */
export interface RequestEntry {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  /** The status that was answered; undefined if the connection was gone by then. */
  readonly status: number | undefined;
  /** When it arrived. */
  readonly at: Instant;
  readonly requestId: string;
  /** The key that authenticated; undefined for a person's token, and if nothing did. */
  readonly keyId: string | undefined;
}

const maxEntries = 100_000;

/** The requests since the start, oldest first; of more than 100,000 the oldest are forgotten. */
export class RequestLog {
  #entries: RequestEntry[] = [];

  append(entry: RequestEntry): void {
    this.#entries.push(entry);
    if (this.#entries.length > maxEntries * 1.1) this.#entries = this.#entries.slice(-maxEntries);
  }

  entries(): readonly RequestEntry[] {
    return [...this.#entries];
  }

  clear(): void {
    this.#entries = [];
  }
}
