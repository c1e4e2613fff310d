/**
 * A store that keeps the secret in AWS Secrets Manager: `AWSCURRENT` is the current secret, `AWSPREVIOUS` that of the retiring key.
 *
 * A version is made first, where no reader looks, and then `AWSCURRENT` is moved to it. AWS moves the label only from the version that it is
 * said to be on, so nobody's change in between is lost. AWS cannot be without a current version once it has had one, so the first delivery
 * begins with a version that says that there is no key, and taking it back leads there. All that follows is in versions and their labels;
 * found-secret.ts reads them.
 */
import {
  awsSecretsManagerTargetPlace,
  awsSecretsManagerTargetProblems,
  parseSecretArn,
  type AwsSecretsManagerTarget,
} from "../../model/aws-secrets-manager-target";
import { KeyturnError } from "../../model/error";
import { Secret } from "../../model/secret";
import { oneAtATime } from "../one-at-a-time";
import type { HeldKeys, HeldSecret, SecretDelivery, Store, StoreContext, StoreOwner } from "../store";
import { usualLimits, type AwsLimits } from "./aws-limits";
import { AwsProblem, refusal } from "./aws-problem";
import { keyIdOf, type FoundSecret } from "./found-secret";
import { SecretFinder } from "./secret-finder";
import { deliveryTags, ownerTags } from "./secret-tags";
import { secretIn, textWith } from "./secret-text";
import { SecretVersions, type CurrentMove } from "./secret-versions";
import { SecretsApi } from "./secrets-api";
import { fitsVersionId, versionIdOf, whoseVersion } from "./version-id";

/** A label that is on no version, and a text that is in none. */
const probe = { label: "KEYTURN_CHECK", text: new Secret("keyturn asks whether it may put a version here") };

/** The secret of one logical key in AWS Secrets Manager. */
export class AwsSecretsManagerStore implements Store {
  readonly description: string;
  readonly #target: AwsSecretsManagerTarget;
  readonly #owner: StoreOwner;
  readonly #api: SecretsApi;
  readonly #finder: SecretFinder;
  readonly #versions: SecretVersions;
  /** The move of `AWSCURRENT` that this store has asked for. Whether it took effect is known to AWS only. */
  #asked: { readonly keyId: string; readonly from: string | undefined } | undefined;

  /** @throws KeyturnError INVALID_VALUE if the target cannot be meant */
  constructor(target: AwsSecretsManagerTarget, context: StoreContext, limits: AwsLimits = usualLimits) {
    const [first] = awsSecretsManagerTargetProblems({ createIfMissing: false, ...target });
    if (first) throw new KeyturnError("INVALID_VALUE", first.problem);
    const { secretId } = target;
    const { owner, variables } = context;
    const region = parseSecretArn(secretId)?.region ?? target.region;
    this.#target = target;
    this.#owner = owner;
    this.#api = new SecretsApi({ secretId, region }, { variables, limits });
    this.#finder = new SecretFinder(this.#api, { target, owner });
    this.#versions = new SecretVersions(this.#api, { finder: this.#finder, keyName: owner.keyName });
    const where = target.region === undefined ? "" : ` (${target.region})`;
    this.description = `the secret ${secretId} in AWS Secrets Manager${where}`;
  }

  async check(): Promise<void> {
    await this.#attempt("written", async () => {
      const secret = await this.#finder.claim();
      await this.#api.tag(secret.arn, ownerTags(this.#owner));
      await this.#requirePermissions(secret);
    });
  }

  async current(): Promise<HeldKeys> {
    return await this.#attempt("read", async () => {
      const found = await this.#finder.find();
      const current = keyIdOf(found?.current);
      const previous = current === undefined ? undefined : keyIdOf(found?.previous);
      return { current, previous, foreign: found?.foreign };
    });
  }

  async read(): Promise<HeldSecret | undefined> {
    return await this.#attempt("read", async () => {
      const found = await this.#finder.find();
      if (!found || keyIdOf(found.current) === undefined) return undefined;
      const { versionId, text } = await this.#api.readCurrent(found.arn);
      // The version that the text came from decides, and not the one that was described.
      const keyId = this.#keyIdIn(versionId);
      return keyId === undefined ? undefined : { keyId, secret: this.#secretIn(text) };
    });
  }

  async put({ keyId, secret }: SecretDelivery): Promise<void> {
    await this.#attempt("written", async () => {
      if (!fitsVersionId(keyId)) {
        throw refusal(`the id ${JSON.stringify(keyId)} cannot stand in the id of a version`);
      }
      const found = await this.#finder.claim();
      if (keyIdOf(found.current) === keyId) return;
      // First, because the version that was taken back is known only by being the one that was delivered last.
      await this.#versions.finishTakingBack(found);
      const from = found.current?.versionId ?? (await this.#versions.makeEmpty(found));
      const to = await this.#versions.make(found, keyId, textWith(secret, this.#target.jsonKey));
      await this.#api.tag(found.arn, deliveryTags(this.#owner, keyId));
      await this.#makeCurrent(found, { keyId, from, to });
    });
  }

  async restorePrevious(keyId: string): Promise<void> {
    await this.#attempt("restored", async () => {
      const found = await this.#finder.find();
      if (!found || !fitsVersionId(keyId)) return;
      const from = versionIdOf(this.#owner.keyName, keyId);
      const to = this.#versionToGoBackTo(found, keyId);
      const wasCurrent = to !== undefined && (await this.#versions.goBack(found, { from, to }));
      this.#asked = undefined;
      if (wasCurrent) await this.#noteCurrent(found.arn, to);
      await this.#forget(found, from, wasCurrent);
    });
  }

  async #makeCurrent(found: FoundSecret, { keyId, from, to }: CurrentMove & { readonly keyId: string }): Promise<void> {
    this.#asked = { keyId, from };
    try {
      await this.#versions.makeCurrent(found, { from, to });
    } catch (error) {
      if (error instanceof AwsProblem && error.isUndone) this.#asked = undefined;
      throw error;
    }
  }

  /**
   * The version that becomes current if a key is taken back; undefined if the key is not current.
   * @throws AwsProblem that is a refusal if what was current before is not kept, or is not of this logical key
   */
  #versionToGoBackTo({ current, previous }: FoundSecret, keyId: string): string | undefined {
    // What AWS describes may be older than the last change, so it is no proof that our own move has not taken effect.
    if (keyIdOf(current) !== keyId) return this.#asked?.keyId === keyId ? this.#asked.from : undefined;
    if (previous?.whose.kind === "ours") return previous.versionId;
    throw refusal(
      previous
        ? `its previous version, ${previous.versionId}, was not put there for the key ${this.#owner.keyName}`
        : "it does not keep the version that was current before",
    );
  }

  /**
   * Finds out what may not be done, with calls that AWS refuses in any case because of what they ask for: taking off a label that is on no
   * version, and putting another text into a version that is there. Nothing changes. Where there is no version yet, the second one cannot
   * be tried.
   */
  async #requirePermissions({ arn, current }: FoundSecret): Promise<void> {
    const versionId = current?.versionId ?? versionIdOf(this.#owner.keyName, undefined);
    await this.#api.moveLabel(arn, { label: probe.label, from: versionId, to: undefined });
    if (current) await this.#api.putVersion(arn, { versionId, ...probe });
  }

  async #forget(found: FoundSecret, versionId: string, wasCurrent: boolean): Promise<void> {
    try {
      await this.#versions.forget(found, versionId, { wasCurrent });
    } catch (error) {
      if (!(error instanceof AwsProblem)) throw error;
      // Where readers did not get it, labels that stay on it harm nobody, and the next delivery takes them off.
      if (!wasCurrent) return;
      throw new AwsProblem(
        `readers get the secret of before again, but the one that was taken back is still kept: ${error.message}`,
      );
    }
  }

  /** The tag is for people. It must not keep the secret from going back, and the next delivery corrects it. */
  async #noteCurrent(arn: string, versionId: string): Promise<void> {
    const tags = deliveryTags(this.#owner, this.#keyIdIn(versionId) ?? "none");
    await this.#api.tag(arn, tags).catch(() => undefined);
  }

  #keyIdIn(versionId: string): string | undefined {
    return keyIdOf({ versionId, whose: whoseVersion(versionId, this.#owner.keyName) });
  }

  #secretIn(text: Secret): Secret {
    const { jsonKey } = this.#target;
    const secret = secretIn(text, jsonKey);
    if (secret) return secret;
    const form =
      jsonKey === undefined ? "is a JSON object" : `is no JSON object with a text at ${JSON.stringify(jsonKey)}`;
    throw new AwsProblem(`its text ${form}, so it was delivered in another form. Correct json_key, or rotate the key`);
  }

  async #attempt<Result>(what: "read" | "written" | "restored", work: () => Promise<Result>): Promise<Result> {
    try {
      return await oneAtATime(awsSecretsManagerTargetPlace(this.#target), work);
    } catch (error) {
      if (!(error instanceof AwsProblem)) throw error;
      const outcome = error.code === "STORE_REFUSED" ? "is left as it is" : `cannot be ${what}`;
      throw new KeyturnError(error.code, `${this.description} ${outcome}: ${error.message}`);
    }
  }
}
