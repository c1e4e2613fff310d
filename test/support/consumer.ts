/**
 * A service that uses a key: it sends one request after the other, always with the secret that is in Terraform's state at that moment.
 */
import { setTimeout as delay } from "node:timers/promises";
import type { KeyApiProcess } from "./key-api-process";
import { tryKeysInState } from "./terraform";

/** A running consumer. `stop()` it at the end. */
export class Consumer {
  readonly #secrets = new Set<string>();
  readonly #failures: string[] = [];
  #sent = 0;
  #isRunning = true;
  readonly #done: Promise<void>;

  constructor(
    private readonly api: KeyApiProcess,
    private readonly stateFile: string,
  ) {
    this.#done = this.#run();
  }

  /** Stops after the request that it is at. `failures` says of every request without success what came back. */
  async stop(): Promise<{ sent: number; failures: readonly string[]; secrets: readonly string[] }> {
    this.#isRunning = false;
    await this.#done;
    return { sent: this.#sent, failures: this.#failures, secrets: [...this.#secrets] };
  }

  async #run(): Promise<void> {
    let secret: string | undefined;
    while (this.#isRunning) {
      secret = currentSecret(this.stateFile) ?? secret;
      if (secret !== undefined) {
        this.#secrets.add(secret);
        this.#sent += 1;
        const answer = await this.api.use(secret).catch((error: unknown) => String(error));
        if (answer !== 200) this.#failures.push(`request ${this.#sent}: ${answer}`);
      }
      await delay(20);
    }
  }
}

/** Undefined while there is none, or the state is being written. */
function currentSecret(stateFile: string): string | undefined {
  const current = tryKeysInState(stateFile)?.find(({ isDeposed }) => !isDeposed);
  return current?.attributes.secret ?? undefined;
}
