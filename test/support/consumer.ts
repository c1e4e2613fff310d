/**
 * A service that uses a key: it sends one request after the other, always with the secret that it is given at that moment.
 */
import { readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import type { AgeReader } from "./age-reader";
import type { KeyApiProcess } from "./key-api-process";
import { tryKeysInState } from "./terraform";

/** Reads the secret where the service finds it. Undefined while there is none, or while it is being written. */
export type SecretSource = () => string | undefined | Promise<string | undefined>;

/** The secret in Terraform's state. */
export function secretInState(stateFile: string): SecretSource {
  return () => tryKeysInState(stateFile)?.find(({ isDeposed }) => !isDeposed)?.attributes.secret ?? undefined;
}

/** The secret in an encrypted file. It is decrypted again only if the file has changed. */
export function secretInFile(file: string, reader: AgeReader): SecretSource {
  let known: { readonly content: string; readonly secret: string | undefined } | undefined;
  return async () => {
    const content = readFileSync(file, "latin1");
    if (known?.content !== content) known = { content, secret: await reader.read(file) };
    return known.secret;
  };
}

/** How a consumer goes about it. */
export interface ConsumerOptions {
  /** What it asks for, if that matters. */
  readonly path?: string;
}

/** A running consumer. `stop()` it at the end. */
export class Consumer {
  readonly #secrets = new Set<string>();
  readonly #failures: string[] = [];
  #sent = 0;
  #isRunning = true;
  readonly #done: Promise<void>;

  constructor(
    private readonly api: KeyApiProcess,
    private readonly source: SecretSource,
    private readonly options: ConsumerOptions = {},
  ) {
    this.#done = this.#run();
  }

  /** How many requests it has sent so far. */
  get sent(): number {
    return this.#sent;
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
      secret = (await this.source()) ?? secret;
      if (secret !== undefined) {
        this.#secrets.add(secret);
        this.#sent += 1;
        const answer = await this.api.use(secret, this.options.path).catch((error: unknown) => String(error));
        if (answer !== 200) this.#failures.push(`request ${this.#sent}: ${answer}`);
      }
      await delay(20);
    }
  }
}
