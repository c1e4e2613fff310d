/**
 * The calls to AWS Secrets Manager about one secret, each as narrow as it is needed, with answers in our own types.
 *
 * The SDK repeats a call after a throttle, a failure of AWS or a broken connection. Every call may be repeated: a version is made once for
 * its id, a label is moved only from where it is said to be, and tags are set to what they are.
 */
import { setTimeout as pause } from "node:timers/promises";
import { Secret } from "../../model/secret";
import { OptionalPackageError } from "../optional-package";
import type { StoreContext } from "../store";
import type { AwsLimits } from "./aws-limits";
import { AwsProblem, awsProblem, type AwsOperation } from "./aws-problem";
import { openClient, type AwsClient } from "./open-client";

/** A secret as AWS describes it, without its content. */
export interface DescribedSecret {
  readonly arn: string;
  /** The versions that have labels, and which. */
  readonly labels: ReadonlyMap<string, readonly string[]>;
  readonly tags: ReadonlyMap<string, string>;
  /** When it is to be deleted; undefined if it is not. */
  readonly deletionAt: Date | undefined;
  /** Whether AWS itself rotates it. */
  readonly isRotatedByAws: boolean;
  /** The service of AWS that it belongs to. */
  readonly owningService: string | undefined;
  /** The region of the secret that it is a replica of; undefined if it is none. */
  readonly replicaOf: string | undefined;
}

/** What became of a version that was put: its labels now, or that its id is taken by another text. */
export type PutVersion = { readonly kind: "there"; readonly labels: readonly string[] } | { readonly kind: "taken" };

type Tags = ReadonlyMap<string, string>;

/** How long a secret that has just been made may be missing in some answers: AWS shows it everywhere after a while. */
const pausesUntilSeenMs = [250, 500, 1000, 2000, 4000];

/** How AWS says that a version or a label is not where a call expects it. */
const notThereNames = ["InvalidParameterException", "InvalidRequestException", "ResourceNotFoundException"];

/** One secret of AWS Secrets Manager, by its name or ARN. Every method throws an AwsProblem. */
export class SecretsApi {
  readonly #secretId: string;
  readonly #region: string | undefined;
  readonly #variables: StoreContext["variables"];
  readonly #limits: AwsLimits;

  constructor(
    { secretId, region }: { readonly secretId: string; readonly region: string | undefined },
    { variables, limits }: { readonly variables: StoreContext["variables"]; readonly limits: AwsLimits },
  ) {
    this.#secretId = secretId;
    this.#region = region;
    this.#variables = variables;
    this.#limits = limits;
  }

  /** The region that the calls go to. */
  async region(): Promise<string> {
    return await this.#call("DescribeSecret", ({ client }) => client.config.region());
  }

  /** Undefined if there is no such secret. */
  async describe(): Promise<DescribedSecret | undefined> {
    const region = await this.region();
    try {
      const found = await this.#call("DescribeSecret", ({ sdk, client }, options) =>
        client.send(new sdk.DescribeSecretCommand({ SecretId: this.#secretId }), options),
      );
      const { ARN: arn = this.#secretId, VersionIdsToStages: versions = {}, Tags: tags = [] } = found;
      return {
        arn,
        labels: new Map(Object.entries(versions).filter(([, labels]) => labels.length > 0)),
        tags: new Map(tags.map(({ Key: key = "", Value: value = "" }) => [key, value])),
        deletionAt: found.DeletedDate,
        isRotatedByAws: found.RotationEnabled ?? false,
        owningService: found.OwningService,
        replicaOf: found.PrimaryRegion === region ? undefined : found.PrimaryRegion,
      };
    } catch (error) {
      if (isNamed(error, ["ResourceNotFoundException"])) return undefined;
      throw error;
    }
  }

  /** Describes a secret that must be there, although AWS may not show it yet. */
  async describeExisting(): Promise<DescribedSecret> {
    return await untilSeen("DescribeSecret", async () => await this.describe());
  }

  /** Makes the secret without a version. That there is one already is no failure. */
  async create({ kmsKeyId, tags }: { readonly kmsKeyId: string | undefined; readonly tags: Tags }): Promise<void> {
    try {
      await this.#call("CreateSecret", ({ sdk, client }, options) =>
        client.send(
          new sdk.CreateSecretCommand({
            Name: this.#secretId,
            Description: "An API key, put here and rotated by keyturn",
            Tags: tagList(tags),
            ...(kmsKeyId !== undefined && { KmsKeyId: kmsKeyId }),
          }),
          options,
        ),
      );
    } catch (error) {
      if (!isNamed(error, ["ResourceExistsException"])) throw error;
    }
  }

  /** Makes a version, unless there is one of the id. The first one of a secret gets AWSCURRENT as well. */
  async putVersion(
    arn: string,
    { versionId, text, label }: { readonly versionId: string; readonly text: Secret; readonly label: string },
  ): Promise<PutVersion> {
    try {
      const { VersionStages: labels = [] } = await this.#call("PutSecretValue", ({ sdk, client }, options) =>
        client.send(
          new sdk.PutSecretValueCommand({
            SecretId: arn,
            ClientRequestToken: versionId,
            SecretString: text.reveal(),
            VersionStages: [label],
          }),
          options,
        ),
      );
      return { kind: "there", labels };
    } catch (error) {
      if (isNamed(error, ["ResourceExistsException"])) return { kind: "taken" };
      throw error;
    }
  }

  /**
   * Moves a label in one step, only if it is on `from` now; without `from`, only if it is on no version. Without `to` it is taken off.
   * @returns false if it is somewhere else, and nothing was changed
   */
  async moveLabel(
    arn: string,
    { label, from, to }: { readonly label: string; readonly from: string | undefined; readonly to: string | undefined },
  ): Promise<boolean> {
    try {
      await this.#call("UpdateSecretVersionStage", ({ sdk, client }, options) =>
        client.send(
          new sdk.UpdateSecretVersionStageCommand({
            SecretId: arn,
            VersionStage: label,
            ...(from !== undefined && { RemoveFromVersionId: from }),
            ...(to !== undefined && { MoveToVersionId: to }),
          }),
          options,
        ),
      );
      return true;
    } catch (error) {
      if (isNamed(error, notThereNames)) return false;
      throw error;
    }
  }

  async tag(arn: string, tags: Tags): Promise<void> {
    await this.#call("TagResource", ({ sdk, client }, options) =>
      client.send(new sdk.TagResourceCommand({ SecretId: arn, Tags: tagList(tags) }), options),
    );
  }

  /** The text of the current version, and its id. */
  async readCurrent(arn: string): Promise<{ readonly versionId: string; readonly text: Secret }> {
    const { VersionId: versionId = "", SecretString: text = "" } = await this.#call(
      "GetSecretValue",
      ({ sdk, client }, options) =>
        client.send(new sdk.GetSecretValueCommand({ SecretId: arn, VersionStage: "AWSCURRENT" }), options),
    );
    return { versionId, text: new Secret(text) };
  }

  async #call<Output>(
    operation: AwsOperation,
    send: (aws: AwsClient, options: { readonly abortSignal: AbortSignal }) => Promise<Output>,
  ): Promise<Output> {
    const { tryMs, tries } = this.#limits;
    try {
      const aws = openClient(this.#variables, { region: this.#region, limits: this.#limits });
      const abortSignal = AbortSignal.timeout(2 * tries * tryMs);
      // The signal ends requests only; getting credentials and the pauses between tries may take long as well.
      return await Promise.race([send(aws, { abortSignal }), endOf(abortSignal)]);
    } catch (error) {
      // Its message has no more to it.
      if (error instanceof OptionalPackageError) throw new AwsProblem(error.message);
      throw awsProblem(operation, error);
    }
  }
}

async function untilSeen<Found>(operation: AwsOperation, look: () => Promise<Found | undefined>): Promise<Found> {
  for (const ms of [0, ...pausesUntilSeenMs]) {
    await pause(ms);
    const found = await look();
    if (found !== undefined) return found;
  }
  throw new AwsProblem(`${operation} does not show the secret, although it has been made. Run again later`);
}

async function endOf(signal: AbortSignal): Promise<never> {
  return await new Promise((_resolve, reject) => {
    signal.addEventListener("abort", () => {
      reject(signal.reason as Error);
    });
  });
}

function isNamed(error: unknown, names: readonly string[]): boolean {
  return error instanceof AwsProblem && names.includes(error.awsName);
}

function tagList(tags: Tags): { Key: string; Value: string }[] {
  return [...tags].map(([key, value]) => ({ Key: key, Value: value }));
}
