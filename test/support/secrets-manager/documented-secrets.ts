/**
 * The secrets of an account, as the API reference of AWS Secrets Manager (2017-10-17) describes them: versions, and staging labels that are
 * each on one version at the most. The sentences in quotes are AWS's own; what is not documented is refused, so that nothing relies on it.
 */
import { randomBytes, randomUUID } from "node:crypto";

/** The content of a request or of an answer. */
export type Content = Readonly<Record<string, unknown>>;

/** A refusal, by the name that AWS gives it. */
export class AwsRefusal extends Error {
  constructor(
    readonly awsName: string,
    message: string,
    readonly status = 400,
  ) {
    super(message);
  }
}

interface Version {
  readonly text: string;
  readonly labels: Set<string>;
}

interface Secret {
  readonly name: string;
  readonly arn: string;
  readonly versions: Map<string, Version>;
  readonly tags: Map<string, string>;
  /** What DescribeSecret says beside that. */
  extra: Content;
}

/** The secrets of one account in one region. */
export class DocumentedSecrets {
  readonly region = "eu-central-1";
  readonly #secrets: Secret[] = [];

  /** Carries out an operation. */
  act(operation: string, input: Content): Content {
    switch (operation) {
      case "CreateSecret":
        return this.#create(input);
      case "DescribeSecret":
        return this.#describe(this.find(input["SecretId"]));
      case "GetSecretValue":
        return this.#get(this.find(input["SecretId"]), input);
      case "PutSecretValue":
        return this.#put(this.#writable(input), input);
      case "TagResource":
        return this.#tag(this.#writable(input), input);
      case "UpdateSecretVersionStage":
        return this.#moveLabel(this.#writable(input), input);
      default:
        throw new AwsRefusal("UnknownOperationException", operation);
    }
  }

  /** A secret by its name or ARN. */
  find(secretId: unknown): Secret {
    const secret = this.#secrets.find(({ name, arn }) => secretId === name || secretId === arn);
    if (!secret) throw new AwsRefusal("ResourceNotFoundException", "Secrets Manager can't find the specified secret.");
    return secret;
  }

  /** The labels of all versions, and the text of each. */
  versionsOf(
    secretId: string,
  ): readonly { readonly id: string; readonly text: string; readonly labels: readonly string[] }[] {
    return [...this.find(secretId).versions].map(([id, { text, labels }]) => ({
      id,
      text,
      labels: [...labels].sort(),
    }));
  }

  #create({ Name: name, Tags: tags = [], ...version }: Content): Content {
    if (this.#secrets.some((secret) => secret.name === name)) {
      throw new AwsRefusal(
        "ResourceExistsException",
        `The operation failed because the secret ${String(name)} already exists.`,
      );
    }
    const suffix = randomBytes(3).toString("hex");
    const arn = `arn:aws:secretsmanager:${this.region}:123456789012:secret:${String(name)}-${suffix}`;
    const secret = { name: String(name), arn, versions: new Map(), tags: new Map(), extra: {} };
    this.#secrets.push(secret);
    this.#tag(secret, { Tags: tags });
    if ("SecretString" in version) this.#put(secret, version);
    return { ARN: arn, Name: name };
  }

  /** "A list of the versions of the secret that have staging labels attached." */
  #describe({ arn, name, versions, tags, extra }: Secret): Content {
    const labelled = [...versions].filter(([, { labels }]) => labels.size > 0);
    const stages = Object.fromEntries(labelled.map(([id, { labels }]) => [id, [...labels]]));
    return {
      ARN: arn,
      Name: name,
      ...(labelled.length > 0 && { VersionIdsToStages: stages }),
      Tags: [...tags].map(([Key, Value]) => ({ Key, Value })),
      ...extra,
    };
  }

  #get({ arn, versions }: Secret, { VersionStage: label = "AWSCURRENT" }: Content): Content {
    const [id, version] = [...versions].find(([, { labels }]) => labels.has(String(label))) ?? [];
    if (!version) {
      throw new AwsRefusal(
        "ResourceNotFoundException",
        `Secrets Manager can't find the specified secret value for staging label: ${String(label)}`,
      );
    }
    return { ARN: arn, VersionId: id, SecretString: version.text, VersionStages: [...version.labels] };
  }

  /**
   * "If you call this operation with a ClientRequestToken that matches an existing version's VersionId, and you specify the same secret
   * data, the operation succeeds but does nothing." "If this operation creates the first version for the secret, then Secrets Manager
   * automatically attaches the staging label AWSCURRENT to it."
   */
  #put(secret: Secret, input: Content): Content {
    const { SecretString: text, ClientRequestToken: id = randomUUID(), VersionStages: stages = ["AWSCURRENT"] } = input;
    if (typeof text !== "string" || text === "") throw new AwsRefusal("InvalidParameterException", "no text");
    if (typeof id !== "string" || id.length < 32 || id.length > 64) {
      throw new AwsRefusal("InvalidParameterException", "ClientRequestToken must be 32-64 characters long.");
    }
    const existing = secret.versions.get(id);
    if (existing && existing.text !== text) {
      throw new AwsRefusal(
        "ResourceExistsException",
        `You can't use ClientRequestToken ${id} because that value is already in use`,
      );
    }
    if (!existing) {
      const labels = [...(stages as string[]), ...(secret.versions.size === 0 ? ["AWSCURRENT"] : [])];
      secret.versions.set(id, { text, labels: new Set() });
      for (const label of labels) this.#attach(secret, label, id);
    }
    return { ARN: secret.arn, VersionId: id, VersionStages: [...(secret.versions.get(id)?.labels ?? [])] };
  }

  #tag({ tags }: Secret, { Tags: added }: Content): Content {
    for (const { Key, Value } of added as { Key: string; Value: string }[]) {
      if (!/^[\p{L}\p{N}\p{Zs}_.:/=+@-]{0,256}$/u.test(Value))
        throw new AwsRefusal("InvalidParameterException", "a tag's value");
      tags.set(Key, Value);
    }
    return {};
  }

  /**
   * "If the label is attached and you either do not specify this parameter, or the version ID does not match, then the operation fails."
   * That AWSCURRENT cannot be taken off without moving it is what AWS answers, and not in the reference.
   */
  #moveLabel(secret: Secret, input: Content): Content {
    const { VersionStage: label, RemoveFromVersionId: from, MoveToVersionId: to } = input as Record<string, string>;
    if (label === undefined) throw new AwsRefusal("InvalidParameterException", "no VersionStage");
    const on = [...secret.versions].find(([, { labels }]) => labels.has(label))?.[0];
    if (on !== from)
      throw new AwsRefusal(
        "InvalidParameterException",
        `Staging label ${label} is currently attached to version ${String(on)}`,
      );
    if (to === undefined) {
      if (label === "AWSCURRENT") throw new AwsRefusal("InvalidParameterException", "It can't be completely removed.");
      secret.versions.get(on ?? "")?.labels.delete(label);
      return {};
    }
    if (!secret.versions.has(to)) throw new AwsRefusal("ResourceNotFoundException", `no version ${to}`);
    this.#attach(secret, label, to);
    return { ARN: secret.arn };
  }

  /** "Whenever you move AWSCURRENT, Secrets Manager automatically moves the label AWSPREVIOUS to the version that AWSCURRENT was removed from." */
  #attach({ versions }: Secret, label: string, to: string): void {
    const move = (moved: string, target: Version | undefined): void => {
      for (const { labels } of versions.values()) labels.delete(moved);
      target?.labels.add(moved);
    };
    const from = [...versions.values()].find(({ labels }) => labels.has(label));
    const target = versions.get(to);
    move(label, target);
    if (label === "AWSCURRENT" && from && from !== target) move("AWSPREVIOUS", from);
  }

  #writable({ SecretId: secretId }: Content): Secret {
    const secret = this.find(secretId);
    if (!("DeletedDate" in secret.extra)) return secret;
    throw new AwsRefusal(
      "InvalidRequestException",
      "You can't perform this operation on the secret because it was marked for deletion.",
    );
  }
}
