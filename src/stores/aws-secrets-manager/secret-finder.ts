/**
 * Finds the secret of a target, makes it if that is allowed, and finds out whether a logical key may put its secret there.
 */
import type { AwsSecretsManagerTarget } from "../../model/aws-secrets-manager-target";
import type { StoreOwner } from "../store";
import { AwsProblem, refusal } from "./aws-problem";
import { judgeSecret, whyClosed, type FoundSecret } from "./found-secret";
import { ownerTags } from "./secret-tags";
import type { DescribedSecret, SecretsApi } from "./secrets-api";

/** Looks at one secret, on behalf of one logical key. */
export class SecretFinder {
  readonly #api: SecretsApi;
  readonly #target: AwsSecretsManagerTarget;
  readonly #owner: StoreOwner;

  constructor(
    api: SecretsApi,
    { target, owner }: { readonly target: AwsSecretsManagerTarget; readonly owner: StoreOwner },
  ) {
    this.#api = api;
    this.#target = target;
    this.#owner = owner;
  }

  /**
   * Undefined if there is no secret, and one may be created.
   * @throws AwsProblem if there is none otherwise, and a refusal if it is going to be deleted
   */
  async find(): Promise<FoundSecret | undefined> {
    const described = await this.#api.describe();
    if (described) return this.#judge(described);
    if (this.#target.createIfMissing) return undefined;
    // Not the same as an empty one: in the wrong region or account, every secret is missing.
    throw new AwsProblem(
      `there is no such secret in ${await this.#api.region()}. Create it, without a value (aws_secretsmanager_secret), or allow that it is ` +
        "created (create_if_missing); or correct its name, the region or the account",
    );
  }

  /**
   * The secret, made if need be, that a delivery may go to.
   * @throws AwsProblem also if it would overwrite something that is not of this logical key: then it is a refusal
   */
  async claim(): Promise<FoundSecret> {
    const found = (await this.find()) ?? (await this.#create());
    const closed = whyClosed(found);
    if (closed !== undefined) throw refusal(closed);
    if (found.foreign === undefined) return found;
    throw refusal(
      `it holds ${found.foreign}, and not what was put there for the key ${this.#owner.keyName}. Deliver to another secret, ` +
        "or move AWSCURRENT back to the version that keyturn has put there; nothing has been overwritten. CloudTrail tells who changed it",
    );
  }

  async #create(): Promise<FoundSecret> {
    await this.#api.create({ kmsKeyId: this.#target.kmsKeyId, tags: ownerTags(this.#owner) });
    return this.#judge(await this.#api.describeExisting());
  }

  #judge(described: DescribedSecret): FoundSecret {
    const { deletionAt, arn } = described;
    if (!deletionAt) return judgeSecret(described, this.#owner.keyName);
    // Somebody may take the deletion back, so what it holds counts for nothing else either.
    throw refusal(
      "it is scheduled for deletion, and nobody can read it. " +
        `Take that back with: aws secretsmanager restore-secret --secret-id ${arn}. Or deliver to another secret`,
    );
  }
}
