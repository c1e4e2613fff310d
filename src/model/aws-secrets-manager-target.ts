/**
 * What may be declared as a secret of AWS Secrets Manager: checked when a configuration is made, when Terraform reads it, and when the
 * secret is opened. Pure: whether the secret is there, and may be written, is found out when it is checked.
 */

/** A secret of AWS Secrets Manager that a key's secret is delivered to. Credentials are never part of it. */
export interface AwsSecretsManagerTarget {
  /** The name of the secret, or its whole ARN. */
  readonly secretId: string;
  /** @default - the ARN's, or else the one that is set for AWS where Terraform runs */
  readonly region?: string;
  /** The member of a JSON object that holds the key's secret. @default - the text is the key's secret and nothing else */
  readonly jsonKey?: string;
  /** Whether the secret is created if there is none. @default false */
  readonly createIfMissing?: boolean;
  /** The KMS key of a secret that is created: id, ARN or alias. @default - the account's own, `aws/secretsmanager` */
  readonly kmsKeyId?: string;
}

/** One thing that is wrong with a target, and the attribute that has to change. */
export interface AwsSecretsManagerProblem {
  readonly attribute: keyof AwsSecretsManagerTarget;
  /** A sentence without its end. */
  readonly problem: string;
}

/** What the ARN of a secret says. */
export interface SecretArn {
  readonly region: string;
  readonly account: string;
  /** The name of the secret with the six characters that AWS adds to it. */
  readonly resource: string;
}

const namePattern = /^[A-Za-z0-9/_+=.@-]{1,512}$/;
const regionPattern = /^[a-z]{2,}(?:-[a-z]+)+-\d+$/;
const arnPattern = /^arn:aws[a-z-]*:secretsmanager:([a-z0-9-]+):(\d{12}):secret:([A-Za-z0-9/_+=.@-]+-[A-Za-z0-9]{6})$/;
const kmsKeyPattern = /^(?:arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:(?:key|alias)\/)?[A-Za-z0-9/_-]{1,256}$/;
const longestJsonKey = 256;

/**
 * Everything that is wrong with a target.
 * @param target without the attributes that are not known yet: a missing one is no problem
 */
export function awsSecretsManagerTargetProblems(
  target: Partial<AwsSecretsManagerTarget>,
): readonly AwsSecretsManagerProblem[] {
  const found: Readonly<Record<keyof AwsSecretsManagerTarget, string | undefined>> = {
    secretId: secretIdProblem(target),
    region: regionProblem(target),
    jsonKey: jsonKeyProblem(target),
    createIfMissing: undefined,
    kmsKeyId: kmsKeyProblem(target),
  };
  return Object.entries(found).flatMap(([attribute, problem]) =>
    problem === undefined ? [] : [{ attribute: attribute as keyof AwsSecretsManagerTarget, problem }],
  );
}

/** The same text for the same place. A name and an ARN are not seen as one place, since a name does not say the account. */
export function awsSecretsManagerTargetPlace({ secretId, region }: AwsSecretsManagerTarget): string {
  const arn = parseSecretArn(secretId);
  const parts = arn ? [arn.region, arn.account, arn.resource] : [region ?? "", secretId];
  return `aws_secrets_manager ${parts.join(" ")}`;
}

/** Reads the ARN of a secret. Undefined if the text is none, or not a whole one. */
export function parseSecretArn(text: string): SecretArn | undefined {
  const [, region, account, resource] = arnPattern.exec(text) ?? [];
  return region && account && resource ? { region, account, resource } : undefined;
}

function secretIdProblem({ secretId, createIfMissing }: Partial<AwsSecretsManagerTarget>): string | undefined {
  if (secretId === undefined) return undefined;
  const shown = JSON.stringify(secretId);
  if (secretId.startsWith("arn:")) {
    if (!parseSecretArn(secretId)) {
      return `${shown} is not the whole ARN of a secret: arn:aws:secretsmanager:REGION:ACCOUNT:secret:NAME-XXXXXX, with the six characters that AWS adds to the name`;
    }
    if (createIfMissing) {
      return `${shown} is an ARN, which only a secret has that exists; give the name of the secret that may be created`;
    }
    return undefined;
  }
  if (namePattern.test(secretId)) return undefined;
  return `${shown} is not the name of a secret: 1 to 512 letters, digits and / _ + = . @ -`;
}

function regionProblem({ secretId, region }: Partial<AwsSecretsManagerTarget>): string | undefined {
  if (region === undefined) return undefined;
  if (!regionPattern.test(region)) return `${JSON.stringify(region)} is not a region of AWS, such as eu-central-1`;
  const arn = parseSecretArn(secretId ?? "");
  if (!arn || arn.region === region) return undefined;
  return `the region ${region} is not the one in the ARN, ${arn.region}; leave it out`;
}

function jsonKeyProblem({ jsonKey }: Partial<AwsSecretsManagerTarget>): string | undefined {
  if (jsonKey === undefined) return undefined;
  if (jsonKey.trim() === "") return "the JSON key is empty; name the member that holds the secret, such as api_key";
  if (jsonKey.length <= longestJsonKey) return undefined;
  return `the JSON key has ${jsonKey.length} characters; it may have ${longestJsonKey}`;
}

function kmsKeyProblem({ kmsKeyId, createIfMissing }: Partial<AwsSecretsManagerTarget>): string | undefined {
  if (kmsKeyId === undefined) return undefined;
  if (!kmsKeyPattern.test(kmsKeyId)) {
    return `${JSON.stringify(kmsKeyId)} is not a KMS key: its id, its ARN, or alias/NAME`;
  }
  if (createIfMissing !== false) return undefined;
  return "a KMS key is only for a secret that is created; a secret that exists keeps the one that it was created with";
}
