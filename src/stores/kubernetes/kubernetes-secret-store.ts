/**
 * A store that keeps the secret in a Kubernetes Secret: `kubectl get secret NAME -o jsonpath='{.data.api-key}' | base64 -d` prints it.
 *
 * One data key holds the current secret, and one beside it, with `.previous` at its end, the one before. Annotations tell whose they are.
 * Other data keys of the Secret are not touched. Every write happens in one step, and not at all if the Secret has been changed since it
 * was looked at.
 */
import { KeyturnError } from "../../model/error";
import {
  defaultDataKey,
  kubernetesSecretTargetPlace,
  kubernetesSecretTargetProblems,
  type KubernetesSecretTarget,
} from "../../model/kubernetes-secret-target";
import { Secret } from "../../model/secret";
import type { HttpLimits } from "../http";
import { oneAtATime } from "../one-at-a-time";
import type { HeldKeys, HeldSecret, SecretDelivery, Store, StoreContext } from "../store";
import { messageOf } from "./credential-file";
import { findClusterAccess } from "./find-cluster-access";
import { judgeSecret, type FoundSecret, type Place } from "./found-secret";
import { SecretApi } from "./secret-api";
import { clearanceOf, deliveryOf, restoreOf, type SecretWrite } from "./secret-write";
import { findSecret, writeWhatFits } from "./write-what-fits";

/** Parts that tests change. */
interface Settings {
  readonly limits?: Partial<HttpLimits>;
  readonly serviceAccountFolder?: string;
}

/** The Kubernetes Secret of one logical key. */
export class KubernetesSecretStore implements Store {
  readonly description: string;
  readonly #place: Place;
  #api: Promise<SecretApi> | undefined;

  readonly #target: KubernetesSecretTarget;
  readonly #context: StoreContext;
  readonly #settings: Settings;

  /** @throws KeyturnError INVALID_VALUE if the target cannot be meant */
  constructor(target: KubernetesSecretTarget, context: StoreContext, settings: Settings = {}) {
    this.#target = target;
    this.#context = context;
    this.#settings = settings;
    const problem = kubernetesSecretTargetProblems(target)[0]?.problem;
    if (problem !== undefined) throw new KeyturnError("INVALID_VALUE", problem);
    this.#place = { dataKey: target.key ?? defaultDataKey, keyName: context.owner.keyName };
    const where = target.context === undefined ? "" : ` in the context ${target.context}`;
    this.description = `the Kubernetes Secret ${target.namespace}/${target.name}${where}`;
  }

  async check(): Promise<void> {
    await this.#attempt("written", async (api) => {
      // What a delivery would do, but for keeping it. The text differs from every secret, so that it would change something.
      const content = { keyId: "none", secret: new Secret("not a secret") };
      const found = await this.#write(api, (standing) => this.#delivery(content, standing), true);
      if (found.kind === "missing") await api.tryPatchOfNothing();
    });
  }

  async current(): Promise<HeldKeys> {
    return await this.#attempt("read", async (api) => {
      const found = await findSecret(api, this.#place);
      return {
        current: found.kind === "ours" ? found.keyId : undefined,
        previous: found.kind === "ours" ? found.previous?.keyId : undefined,
        foreign: found.kind === "foreign" ? found.what : undefined,
      };
    });
  }

  async read(): Promise<HeldSecret | undefined> {
    return await this.#attempt("read", async (api) => {
      const whole = await api.whole();
      if (!whole) return undefined;
      const found = judgeSecret(whole.metadata, [...whole.data.keys()], this.#place);
      const encoded = whole.data.get(this.#place.dataKey);
      if (found.kind !== "ours" || encoded === undefined) return undefined;
      return { keyId: found.keyId, secret: new Secret(Buffer.from(encoded, "base64").toString("utf8")) };
    });
  }

  async put(delivery: SecretDelivery): Promise<void> {
    await this.#attempt("written", async (api) => {
      await this.#write(api, (found) =>
        found.kind === "ours" && found.keyId === delivery.keyId ? undefined : this.#delivery(delivery, found),
      );
    });
  }

  async restorePrevious(keyId: string): Promise<void> {
    await this.#attempt("restored", async (api) => {
      await this.#write(api, (found) => {
        if (found.kind !== "ours" || found.keyId !== keyId) return undefined;
        const { previous, predecessorId } = found;
        if (predecessorId === undefined) return clearanceOf(this.#place.dataKey, found);
        if (previous?.keyId === predecessorId) return restoreOf(this.#place.dataKey, { ...found, previous });
        throw this.#refusal(
          `the secret of the key ${predecessorId}, which was current before, is no longer kept in it`,
        );
      });
    });
  }

  #delivery({ keyId, secret }: SecretDelivery, found: FoundSecret): SecretWrite {
    if (found.kind === "foreign") throw this.#refusalToOverwrite(found.what);
    if (found.kind === "ours" && found.foreignPrevious !== undefined) {
      throw this.#refusalToOverwrite(found.foreignPrevious);
    }
    if (found.kind !== "missing" && found.metadata.deletionTimestamp !== undefined) {
      throw this.#refusal("it is being deleted. Try again when it is gone");
    }
    const encoded = new Secret(Buffer.from(secret.reveal(), "utf8").toString("base64"));
    return deliveryOf({ keyId, encoded, dataKey: this.#place.dataKey, owner: this.#context.owner }, found);
  }

  /** @returns what was found at first */
  async #write(
    api: SecretApi,
    writeFor: (found: FoundSecret) => SecretWrite | undefined,
    isTrial = false,
  ): Promise<FoundSecret> {
    return await writeWhatFits({
      find: () => findSecret(api, this.#place),
      writeFor,
      send: (write) => api.write(write, isTrial),
      refusal: (reason) => this.#refusal(reason),
    });
  }

  async #attempt<Result>(
    what: "read" | "written" | "restored",
    work: (api: SecretApi) => Promise<Result>,
  ): Promise<Result> {
    try {
      return await oneAtATime(kubernetesSecretTargetPlace(this.#target), async () => await work(await this.#open()));
    } catch (error) {
      if (error instanceof KeyturnError && error.message.startsWith(this.description)) throw error;
      const code = error instanceof KeyturnError ? error.code : "STORE_UNREACHABLE";
      throw new KeyturnError(code, `${this.description} cannot be ${what}: ${messageOf(error)}`);
    }
  }

  /** Finds the way to the cluster once. A way that was not found is looked for again. */
  async #open(): Promise<SecretApi> {
    this.#api ??= findClusterAccess({
      variables: this.#context.variables,
      context: this.#target.context,
      ...(this.#settings.serviceAccountFolder !== undefined && {
        serviceAccountFolder: this.#settings.serviceAccountFolder,
      }),
    }).then((access) => new SecretApi(access, this.#target, this.#settings.limits ?? {}));
    try {
      return await this.#api;
    } catch (error) {
      this.#api = undefined;
      throw error;
    }
  }

  #refusalToOverwrite(what: string): KeyturnError {
    return this.#refusal(
      `${what} is there, which was not put there for the key ${this.#place.keyName}. ` +
        "Remove it, or deliver to another Secret; nothing has been overwritten",
    );
  }

  #refusal(reason: string): KeyturnError {
    return new KeyturnError("STORE_REFUSED", `${this.description} is left as it is: ${reason}`);
  }
}
