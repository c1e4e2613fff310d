/**
 * Notes when keys are used, as roughly and as late as the behaviour switch says.
 *
 * With a lag, a use waits until its time has come on the server's clock. It then shows in the next list.
 */
import type { Clock } from "../model/clock";
import { Instant } from "../model/instant";
import type { BehaviourSwitch } from "./behaviour";
import type { KeyRecord } from "./store/key-record";
import type { KeyStore } from "./store/key-store";

interface WaitingUse {
  readonly usedAtMs: number;
  readonly showsAtMs: number;
}

/** Keeps `last_used_at`. */
export class LastUsed {
  readonly #waiting = new Map<string, WaitingUse[]>();
  /** When the last use of a key was that was noted. */
  readonly #notedAtMs = new Map<string, number>();

  constructor(
    private readonly keys: KeyStore,
    private readonly clock: Clock,
    private readonly behaviour: BehaviourSwitch,
  ) {}

  /** A request has come in with this key. */
  note(record: KeyRecord): void {
    const { keepsLastUsed, lastUsedGranularityMs, lastUsedIntervalMs, lastUsedLagMs } = this.behaviour.current;
    if (!keepsLastUsed) return;
    const nowMs = this.clock.now().epochMs;
    if (nowMs - (this.#notedAtMs.get(record.id) ?? -Infinity) < lastUsedIntervalMs) return;
    this.#notedAtMs.set(record.id, nowMs);
    const usedAtMs = nowMs - (nowMs % lastUsedGranularityMs);
    if (lastUsedLagMs === 0) {
      if (record.lastUsedAt?.epochMs !== usedAtMs) this.keys.noteUse(record.id, Instant.ofEpochMs(usedAtMs));
      return;
    }
    const uses = this.#waiting.get(record.id) ?? [];
    // The first use of a step shows first, so a later one of the same step adds nothing.
    if (uses.at(-1)?.usedAtMs === usedAtMs) return;
    uses.push({ usedAtMs, showsAtMs: nowMs + lastUsedLagMs });
    this.#waiting.set(record.id, uses);
  }

  /** Lets every use show whose time has come. */
  settle(): void {
    if (this.#waiting.size === 0) return;
    const nowMs = this.clock.now().epochMs;
    for (const [id, uses] of this.#waiting) {
      const shown = uses.filter(({ showsAtMs }) => showsAtMs <= nowMs).at(-1);
      if (!shown) continue;
      this.keys.noteUse(id, Instant.ofEpochMs(shown.usedAtMs));
      const left = uses.filter(({ showsAtMs }) => showsAtMs > nowMs);
      if (left.length > 0) this.#waiting.set(id, left);
      else this.#waiting.delete(id);
    }
  }
}
