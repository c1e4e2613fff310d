/**
 * A store that keeps the secret of a key as a secret of GitHub Actions, for the workflows of a repository or of an environment of it.
 *
 * GitHub gives no secret back, so the previous one is not kept: a delivery can be taken back only where nothing was there before. Whose
 * secret it is stands in the variable `NAME_KEYTURN` beside it; secret-label.ts says how the two are kept true.
 */
import { systemClock } from "../../model/clock";
import { KeyturnError } from "../../model/error";
import {
  githubActionsSecretTargetPlace,
  githubActionsSecretTargetProblems,
  labelVariableSuffix,
  type GitHubActionsSecretTarget,
} from "../../model/github-actions-secret-target";
import { Instant } from "../../model/instant";
import type { HttpLimits } from "../http";
import { oneAtATime } from "../one-at-a-time";
import type { HeldKeys, HeldSecret, SecretDelivery, Store, StoreContext } from "../store";
import { gitHubAccess } from "./github-access";
import { GitHubActionsApi } from "./github-actions-api";
import { GitHubError } from "./github-problem";
import { seal } from "./sealed-box";
import { judgeSecret, labelText, type FoundSecret, type HeldLabel } from "./secret-label";

/** What stands there at one moment. */
interface Found {
  readonly secret: Exclude<FoundSecret, { readonly kind: "foreign" }>;
  readonly updatedAt: string | undefined;
  /** The value of the variable. */
  readonly variable: string | undefined;
}

/** Until when a request that got no answer may still be carried out. */
const arrivalMs = 60_000;

/** The pauses before GitHub is asked again for what it has just been told: what it tells may be a moment old. */
const lagMs: readonly number[] = [0, 300, 1000];

/** The secret of GitHub Actions of one logical key. */
export class GitHubActionsSecretStore implements Store {
  readonly description: string;
  readonly #place: string;

  readonly #target: GitHubActionsSecretTarget;
  readonly #context: StoreContext;
  readonly #limits: Partial<HttpLimits>;

  /**
   * @param limits how long a request may take, and by which clock pauses are. @default - as for every store
   * @throws KeyturnError INVALID_VALUE if the target cannot be meant
   */
  constructor(target: GitHubActionsSecretTarget, context: StoreContext, limits: Partial<HttpLimits> = {}) {
    this.#limits = limits;
    this.#context = context;
    this.#target = target;
    const problem = githubActionsSecretTargetProblems(target)[0]?.problem;
    if (problem !== undefined) throw new KeyturnError("INVALID_VALUE", problem);
    const { repository, name, environment } = target;
    const inEnvironment = typeof environment === "string" ? `the environment ${environment} of ` : "";
    this.description = `the GitHub Actions secret ${name} of ${inEnvironment}${repository}`;
    this.#place = `github-actions ${githubActionsSecretTargetPlace(target)}`;
  }

  get #clock(): HttpLimits["clock"] {
    return this.#limits.clock ?? systemClock;
  }

  async check(): Promise<void> {
    await this.#withApi(async (api) => {
      await this.#findOwn(api);
      await api.publicKey();
      await api.requireWrite();
    });
  }

  async current(): Promise<HeldKeys> {
    return await this.#withApi(async (api) => {
      const { secret } = await this.#find(api);
      return {
        current: secret.kind === "ours" ? secret.held.keyId : undefined,
        previous: undefined,
        foreign: secret.kind === "foreign" ? secret.what : undefined,
      };
    });
  }

  async read(): Promise<HeldSecret | undefined> {
    throw this.#refusal(
      "GitHub gives the secrets of Actions to workflows only. Read it from another place that the key is delivered to",
    );
  }

  async put({ keyId, secret }: SecretDelivery): Promise<void> {
    await this.#withApi(async (api) => {
      const found = await this.#findOwn(api);
      const held = found.secret.kind === "ours" ? found.secret.held : undefined;
      this.#requireNoneArriving(api, found.secret, keyId);
      if (held?.keyId === keyId) {
        if (found.secret.kind === "ours" && !found.secret.isRecorded) await this.#record(api, held);
        return;
      }
      const publicKey = await api.publicKey();
      const box = await this.#seal(secret, publicKey.bytes);
      const since = await this.#laterThan(api, held?.updatedAt);
      const announcement = labelText({ keyName: this.#context.owner.keyName, held, coming: { keyId, since } });
      await this.#announce(api, found, announcement);
      try {
        await api.putSecret(box, publicKey);
      } catch (error) {
        if (!(error instanceof GitHubError && error.mayHaveHappened)) await this.#withdraw(api, found.variable);
        throw error;
      }
      await this.#recordArrival(api, { keyId, predecessorId: held?.keyId }, { ...found, announcement });
    });
  }

  async restorePrevious(keyId: string): Promise<void> {
    await this.#withApi(async (api) => {
      const { secret } = await this.#find(api);
      if (secret.kind === "foreign") return;
      if (secret.arriving?.keyId === keyId) this.#requireNoneArriving(api, secret);
      if (secret.kind === "none" || secret.held.keyId !== keyId) return;
      const { predecessorId } = secret.held;
      if (predecessorId !== undefined) {
        throw this.#refusal(
          `the secret of the key ${predecessorId} was there before, and GitHub keeps no previous secret. Deploy again to deliver a new one`,
        );
      }
      // The label last: without its secret it says nothing.
      await api.deleteSecret();
      await api.deleteVariable();
    });
  }

  async #withApi<Result>(work: (api: GitHubActionsApi) => Promise<Result>): Promise<Result> {
    const { description } = this;
    const access = gitHubAccess(this.#context.variables, description);
    return await oneAtATime(this.#place, () =>
      work(new GitHubActionsApi(this.#target, { ...access, description }, this.#limits)),
    );
  }

  /** @throws KeyturnError STORE_REFUSED if a delivery would overwrite something that is not of this logical key */
  async #findOwn(api: GitHubActionsApi): Promise<Found> {
    const { secret, ...rest } = await this.#find(api);
    if (secret.kind !== "foreign") return { secret, ...rest };
    throw this.#refusal(
      `it is ${secret.what}, and was not put there for the key ${this.#context.owner.keyName}. ` +
        `If nobody needs it, delete it and the variable ${this.#target.name}${labelVariableSuffix}; else name another secret. Nothing has been overwritten`,
    );
  }

  /** The variable is read before the secret, and again if they do not fit: another run may be between its two steps. */
  async #find(api: GitHubActionsApi): Promise<Omit<Found, "secret"> & { readonly secret: FoundSecret }> {
    let variable = await api.variable();
    for (const pauseMs of lagMs) {
      const updatedAt = await api.secretUpdatedAt();
      const secret = judgeSecret(updatedAt, { keyName: this.#context.owner.keyName, variable });
      if (secret.kind !== "foreign") return { secret, updatedAt, variable };
      await this.#clock.sleep({ ms: pauseMs });
      const again = await api.variable();
      if (again === variable) return { secret, updatedAt, variable };
      variable = again;
    }
    throw this.#refusal("another process is changing it at this moment. Make sure that only one run delivers to it");
  }

  /**
   * Makes sure that nothing can come any more that was announced and has not come.
   * @param except the key of which it may still come
   * @throws KeyturnError STORE_UNREACHABLE if something can
   */
  #requireNoneArriving(api: GitHubActionsApi, { arriving }: Found["secret"], except?: string): void {
    if (!arriving || arriving.keyId === except) return;
    const now = api.servedAt ?? this.#clock.now();
    if (arriving.since.msUntil(now) > arrivalMs) return;
    throw new KeyturnError(
      "STORE_UNREACHABLE",
      `${this.description} cannot be changed now: the secret of the key ${arriving.keyId} was sent to GitHub at ${arriving.since} without an answer, ` +
        "and may still take its place. Run it again in a minute",
    );
  }

  /**
   * GitHub's clock, when it is later than the last change: it tells changes to the second only, and one in the same second would not show.
   */
  async #laterThan(api: GitHubActionsApi, updatedAt: string | undefined): Promise<Instant> {
    const last = updatedAt === undefined ? undefined : Instant.tryParse(updatedAt);
    for (let tries = 0; tries < 3; tries += 1) {
      const now = api.servedAt;
      if (now && (!last || now.isAfter(last))) return now;
      await this.#clock.sleep({ ms: 1000 });
      await api.publicKey();
    }
    throw new KeyturnError(
      "STORE_UNREACHABLE",
      `${this.description} cannot be written: GitHub's answers carry no time, or one before its last change at ${updatedAt}`,
    );
  }

  /** Says in the label which key is coming, and makes sure that no other run has said so in the same moment. */
  async #announce(api: GitHubActionsApi, { variable }: Pick<Found, "variable">, announcement: string): Promise<void> {
    await api.setVariable(announcement, { exists: variable !== undefined });
    for (const pauseMs of lagMs) {
      await this.#clock.sleep({ ms: pauseMs });
      if ((await api.variable()) === announcement) return;
    }
    throw this.#refusal(
      "another process has changed its label in this moment. Make sure that only one run delivers to it",
    );
  }

  /** Takes an announcement back, when it is certain that nothing comes. If this fails, the label is still true: nothing has come. */
  async #withdraw(api: GitHubActionsApi, variable: string | undefined): Promise<void> {
    try {
      if (variable === undefined) await api.deleteVariable();
      else await api.setVariable(variable, { exists: true });
    } catch (error) {
      if (!(error instanceof GitHubError)) throw error;
    }
  }

  /**
   * Writes down that the announced secret is there. While GitHub does not tell of it yet, or if another run has announced its own since, the
   * announcements stand for it.
   */
  async #recordArrival(
    api: GitHubActionsApi,
    held: Omit<HeldLabel, "updatedAt">,
    before: { readonly updatedAt: string | undefined; readonly announcement: string },
  ): Promise<void> {
    for (const pauseMs of lagMs) {
      await this.#clock.sleep({ ms: pauseMs });
      const updatedAt = await tryTo(() => api.secretUpdatedAt());
      if (updatedAt === undefined || updatedAt === before.updatedAt) continue;
      if ((await tryTo(() => api.variable())) === before.announcement) await this.#record(api, { ...held, updatedAt });
      return;
    }
  }

  /** If this fails, the announcement stands for it, and the secret has been delivered all the same. */
  async #record(api: GitHubActionsApi, held: HeldLabel): Promise<void> {
    await tryTo(() => api.setVariable(labelText({ keyName: this.#context.owner.keyName, held }), { exists: true }));
  }

  async #seal(secret: SecretDelivery["secret"], publicKey: Uint8Array): Promise<Uint8Array> {
    try {
      return await seal(secret, publicKey);
    } catch {
      throw new KeyturnError(
        "STORE_UNREACHABLE",
        `${this.description} cannot be written: what GitHub gives as its public key is none. Check GITHUB_API_URL`,
      );
    }
  }

  #refusal(reason: string): KeyturnError {
    return new KeyturnError("STORE_REFUSED", `${this.description} is left as it is: ${reason}`);
  }
}

/** @returns undefined where GitHub did not do it */
async function tryTo<Result>(work: () => Promise<Result>): Promise<Result | undefined> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof GitHubError) return undefined;
    throw error;
  }
}
