/**
 * A service on the API's time: it uses the secret that it has, and reads it anew as seldom as it likes.
 */
import type { SecretSource } from "./consumer";
import type { KeyApiProcess } from "./key-api-process";

/** A service that works whenever the test lets it. */
export class Service {
  #secret: string | undefined;
  #readAtMs = -Infinity;
  readonly #answers: number[] = [];

  constructor(
    private readonly api: KeyApiProcess,
    private readonly source: SecretSource,
    /** How long it goes on with a secret. Undefined: as long as it lives. */
    private readonly rereadsAfter: { readonly ms: number } | undefined,
  ) {}

  /** What each of its requests was answered. */
  get answers(): readonly number[] {
    return this.#answers;
  }

  /** Reads its secret if it is time to, and sends one request. */
  async work(): Promise<void> {
    const nowMs = (await this.api.now()).getTime();
    const isTime = this.#secret === undefined || nowMs - this.#readAtMs >= (this.rereadsAfter?.ms ?? Infinity);
    if (isTime) {
      this.#secret = await this.source();
      this.#readAtMs = nowMs;
    }
    this.#answers.push(await this.api.use(String(this.#secret)));
  }
}
