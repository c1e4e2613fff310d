import {
  awsSecretsManagerTargetPlace,
  awsSecretsManagerTargetProblems,
  type AwsSecretsManagerTarget,
} from "../../../src/model/aws-secrets-manager-target";

const arn = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:publishing/scheduler-prod-a1B2c3";

describe("a secret of AWS as a target", () => {
  test.each<[string, Partial<AwsSecretsManagerTarget>]>([
    ["a name", { secretId: "publishing/scheduler-prod" }],
    [
      "a name and everything else",
      {
        secretId: "a_b+c=d.e@f",
        region: "us-gov-west-1",
        jsonKey: "api_key",
        createIfMissing: true,
        kmsKeyId: "alias/publishing",
      },
    ],
    ["a whole ARN", { secretId: arn }],
    ["an ARN and its own region", { secretId: arn, region: "eu-central-1", createIfMissing: false }],
    ["an ARN of another partition", { secretId: arn.replace("aws", "aws-cn").replace("eu-central-1", "cn-north-1") }],
    ["a KMS key by its id", { kmsKeyId: "1234abcd-12ab-34cd-56ef-1234567890ab" }],
    ["a KMS key by its ARN", { kmsKeyId: "arn:aws:kms:eu-central-1:123456789012:key/mrk-1234abcd12ab34cd" }],
    ["a KMS key, while it is not known whether the secret may be created", { kmsKeyId: "alias/publishing" }],
    ["nothing that is known yet", {}],
  ])("may be %s", (_name, target) => {
    expect(awsSecretsManagerTargetProblems(target)).toEqual([]);
  });

  test.each<[string, Partial<AwsSecretsManagerTarget>, keyof AwsSecretsManagerTarget, string]>([
    ["an empty name", { secretId: "" }, "secretId", '"" is not the name of a secret: 1 to 512 letters'],
    ["a name with a space", { secretId: "a b" }, "secretId", '"a b" is not the name'],
    ["a part of an ARN", { secretId: arn.slice(0, -7) }, "secretId", "is not the whole ARN of a secret"],
    ["the ARN of something else", { secretId: "arn:aws:s3:::bucket" }, "secretId", "is not the whole ARN of a secret"],
    [
      "an ARN that may be created",
      { secretId: arn, createIfMissing: true },
      "secretId",
      "only a secret has that exists",
    ],
    ["a region that is none", { region: "Frankfurt" }, "region", '"Frankfurt" is not a region of AWS'],
    [
      "another region than the ARN's",
      { secretId: arn, region: "us-east-1" },
      "region",
      "not the one in the ARN, eu-central-1",
    ],
    ["an empty JSON key", { jsonKey: " " }, "jsonKey", "the JSON key is empty"],
    ["an endless JSON key", { jsonKey: "a".repeat(257) }, "jsonKey", "has 257 characters; it may have 256"],
    ["a KMS key that is none", { kmsKeyId: "a b", createIfMissing: true }, "kmsKeyId", '"a b" is not a KMS key'],
    [
      "a KMS key for a secret that exists",
      { kmsKeyId: "alias/x", createIfMissing: false },
      "kmsKeyId",
      "only for a secret that is created",
    ],
  ])("may not be %s", (_name, target, attribute, problem) => {
    expect(awsSecretsManagerTargetProblems(target)).toEqual([
      { attribute, problem: expect.stringContaining(problem) as string },
    ]);
  });
});

describe("the place of a secret of AWS", () => {
  test("is the same however else it is described", () => {
    const place = awsSecretsManagerTargetPlace({ secretId: "a", region: "eu-central-1" });

    expect(awsSecretsManagerTargetPlace({ secretId: "a", region: "eu-central-1", jsonKey: "b" })).toBe(place);
    expect(awsSecretsManagerTargetPlace({ secretId: arn })).toBe(
      awsSecretsManagerTargetPlace({ secretId: arn, region: "eu-central-1" }),
    );
  });

  test("is another one in another region or account, or with another name", () => {
    const targets = [
      { secretId: "a" },
      { secretId: "b" },
      { secretId: "a", region: "eu-central-1" },
      { secretId: arn },
      { secretId: arn.replace("123456789012", "210987654321") },
    ];

    expect(new Set(targets.map(awsSecretsManagerTargetPlace)).size).toBe(targets.length);
  });
});
