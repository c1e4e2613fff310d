/**
 * Makes the versions of a secret and moves their labels, for one logical key.
 *
 * A version is made where no reader looks. Only the move of `AWSCURRENT` changes what readers get, and AWS carries it out only if the label
 * is where it is expected.
 */
import type { Secret } from "../../model/secret";
import { AwsProblem, refusal } from "./aws-problem";
import { currentLabel, deliveredLabel, previousLabel, versionWith, type FoundSecret } from "./found-secret";
import type { SecretFinder } from "./secret-finder";
import { noSecretText } from "./secret-text";
import type { SecretsApi } from "./secrets-api";
import { versionIdOf } from "./version-id";

/** A move of `AWSCURRENT`. */
export interface CurrentMove {
  /** The version that it is on. Undefined if it is on none. */
  readonly from: string | undefined;
  readonly to: string;
}

/** The versions of one secret. */
export class SecretVersions {
  readonly #api: SecretsApi;
  readonly #finder: SecretFinder;
  readonly #keyName: string;

  constructor(api: SecretsApi, { finder, keyName }: { readonly finder: SecretFinder; readonly keyName: string }) {
    this.#api = api;
    this.#finder = finder;
    this.#keyName = keyName;
  }

  /** Makes the version of a key, or of none, and marks it as delivered last. Readers do not look at it. */
  async make(found: FoundSecret, keyId: string | undefined, text: Secret): Promise<string> {
    const versionId = versionIdOf(this.#keyName, keyId);
    const version = await this.#api.putVersion(found.arn, { versionId, text, label: deliveredLabel });
    if (version.kind === "taken") {
      throw refusal(
        `it has a version ${versionId} already, with another text. The JSON key may have been changed since. Rotate the key once more`,
      );
    }
    // A version that was there already keeps the labels that it had.
    if (!version.labels.includes(deliveredLabel)) {
      const from = versionWith(found, deliveredLabel);
      await this.#api.moveLabel(found.arn, { label: deliveredLabel, from, to: versionId });
    }
    return versionId;
  }

  /** Makes the version that stands for "no key" the current one, in a secret that has none. Gives its id. */
  async makeEmpty(found: FoundSecret): Promise<string> {
    const to = await this.make(found, undefined, noSecretText);
    await this.makeCurrent(found, { from: undefined, to });
    return to;
  }

  /** @throws AwsProblem that is a refusal if somebody has moved the label since */
  async makeCurrent({ arn }: FoundSecret, { from, to }: CurrentMove): Promise<void> {
    if (await this.#api.moveLabel(arn, { label: currentLabel, from, to })) return;
    const now = await this.#finder.find();
    // The answer to an earlier try may have been lost, and the first version of a secret is current from the start.
    if (now?.current?.versionId === to) return;
    throw refusal(
      `another process has changed it in this moment: ${currentLabel} is on the version ${now?.current?.versionId ?? "of nobody"}. ` +
        "Make sure that only one run delivers to it",
    );
  }

  /**
   * Moves `AWSCURRENT` back.
   * @returns false if the version that was to be taken back is not the current one, as AWS says and not only as it was described
   */
  async goBack({ arn, current }: FoundSecret, { from, to }: CurrentMove & { readonly from: string }): Promise<boolean> {
    if (await this.#api.moveLabel(arn, { label: currentLabel, from, to })) return true;
    const now = (await this.#finder.find())?.current?.versionId;
    // Described as current before and after, and yet AWS did not move the label: nobody can tell what readers get.
    if (now === from && current?.versionId === from) {
      throw new AwsProblem(`AWS did not move ${currentLabel} away from the version ${from}. Run again`);
    }
    // The answer to an earlier try may have been lost.
    return now === to;
  }

  /** Takes off what an interrupted attempt to take a version back has left on it. */
  async finishTakingBack({ arn, takenBack }: FoundSecret): Promise<void> {
    if (takenBack !== undefined) await this.#takeOff(arn, previousLabel, takenBack);
  }

  /** Takes the labels off a version that is not current, so that AWS deletes it in time. A rightful previous version keeps its own. */
  async forget(found: FoundSecret, versionId: string, { wasCurrent }: { readonly wasCurrent: boolean }): Promise<void> {
    if (wasCurrent || found.takenBack === versionId) await this.#takeOff(found.arn, previousLabel, versionId);
    // This one goes last: while it is there, it tells that the version was taken back.
    if (wasCurrent || versionWith(found, deliveredLabel) === versionId) {
      await this.#takeOff(found.arn, deliveredLabel, versionId);
    }
  }

  async #takeOff(arn: string, label: string, versionId: string): Promise<void> {
    await this.#api.moveLabel(arn, { label, from: versionId, to: undefined });
  }
}
