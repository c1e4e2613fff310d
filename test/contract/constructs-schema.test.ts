/**
 * The constructs against the provider's schema, both ways: nothing is written that the provider does not know, and nothing can be
 * configured in the provider that the constructs cannot say.
 */
import { TerraformOutput, TerraformVariable } from "cdktf";
import { ApiKey } from "../../src/constructs/api-key";
import { ApiKeySecret } from "../../src/constructs/api-key-secret";
import type { ApiKeyProps } from "../../src/constructs/api-key-props";
import { KeyturnProvider, type KeyturnProviderProps } from "../../src/constructs/keyturn-provider";
import { SecretStore } from "../../src/constructs/secret-store";
import type { Attributes, MemberAttributes } from "../../src/framework/schema";
import { Duration } from "../../src/model/duration";
import { apiKeySchema, apiKeyTypeName } from "../../src/provider/schema/api-key-schema";
import { apiKeySecretSchema, apiKeySecretTypeName } from "../../src/provider/schema/api-key-secret-schema";
import { providerSchema } from "../../src/provider/schema/provider-schema";
import { emptyStack, synthesise, validKey } from "../support/stack";

jest.mock("../../src/provider/schema/provider-package", () =>
  jest.requireActual<object>("../support/stub-provider-package"),
);

/** The names of all attributes that can be configured, nested ones with a dot. */
function configurable(attributes: MemberAttributes, prefix = ""): string[] {
  return Object.entries(attributes)
    .filter(([, { required, optional }]) => required === true || optional === true)
    .flatMap(([name, { attributes: nested }]) => [prefix + name, ...configurable(nested ?? {}, `${prefix}${name}.`)]);
}

/** The names of all values in synthesised attributes, in the same form. Lists of objects count as one object. */
function written(values: object, schema: MemberAttributes, prefix = ""): string[] {
  return Object.entries(values).flatMap(([name, value]: [string, unknown]) => {
    const nested = schema[name]?.attributes;
    const objects = nested ? [value].flat() : [];
    return [
      prefix + name,
      ...objects.flatMap((object) => written(object as object, nested ?? {}, `${prefix}${name}.`)),
    ];
  });
}

const everyRotationSetting: Required<ApiKeyProps["rotation"]> = {
  period: Duration.days(90),
  overlap: Duration.hours(24),
  quietPeriod: Duration.hours(1),
  maxOverlap: Duration.days(7),
  overlapWait: Duration.minutes(5),
  verification: "evidence",
  triggers: { a: "b" },
};

test("an ApiKey writes exactly the arguments of keyturn_api_key", () => {
  const stack = emptyStack();
  new KeyturnProvider(stack, "keyturn");
  new ApiKey(stack, "key", {
    ...validKey,
    rotation: everyRotationSetting,
    pinterestAccountIds: ["7b0c5a52-6c0e-4d3e-9f2b-0d1f7a3c9e11"],
    deliverTo: [
      ...validKey.deliverTo,
      SecretStore.encryptedFile({ path: "/srv/scheduler.age", recipients: [`age1${"q".repeat(58)}`] }),
      SecretStore.awsSecretsManager({
        secretId: "publishing/scheduler",
        region: "eu-central-1",
        jsonKey: "api_key",
        createIfMissing: true,
        kmsKeyId: "alias/keys",
      }),
      SecretStore.vaultKv({
        path: "publishing/scheduler",
        mount: "kv",
        field: "api_key",
        address: "https://vault.acme.example",
        namespace: "publishing",
      }),
      SecretStore.kubernetesSecret({ namespace: "publishing", name: "scheduler", key: "key", context: "prod" }),
      SecretStore.githubActionsSecret({ repository: "acme/publishing", name: "API_KEY", environment: "prod" }),
    ],
    compromised: "INC-42",
    deletionProtection: true,
    forceRevoke: false,
  });

  const { lifecycle, ...attributes } = synthesise(stack).resource?.[apiKeyTypeName]?.["key"] ?? {};

  expect(lifecycle).toEqual({ create_before_destroy: true });
  expect(written(attributes, apiKeySchema.attributes).sort()).toEqual(configurable(apiKeySchema.attributes).sort());
});

test("an ApiKeySecret writes exactly the arguments of keyturn_api_key_secret", () => {
  const stack = emptyStack();
  new KeyturnProvider(stack, "keyturn");
  new ApiKeySecret(stack, "secret", { key: new ApiKey(stack, "key", validKey) });

  const attributes = synthesise(stack).ephemeral?.[apiKeySecretTypeName]?.["secret"] ?? {};

  const arguments_ = Object.entries(apiKeySecretSchema.attributes)
    .filter(([, attribute]) => !("computed" in attribute) || "optional" in attribute)
    .map(([name]) => name);
  expect(Object.keys(attributes).sort()).toEqual(arguments_.sort());
});

test("the KeyturnProviders of a stack write exactly the arguments of the provider", () => {
  const stack = emptyStack();
  const secret = new TerraformVariable(stack, "secret", { type: "string", sensitive: true }).stringValue;
  const settings: Omit<Required<KeyturnProviderProps>, "alias" | "apiKey" | "token"> = {
    environment: "prod",
    endpoint: "https://api.example.com",
    projectId: "p1",
    login: { email: "a@b.example", password: secret },
    requestTimeout: Duration.seconds(30),
    maxRetries: 5,
    evidence: {
      prometheus: {
        url: "https://prometheus.example.com",
        query: 'sum(increase(requests_total{key_id="$key_id"}[$window]))',
        resolution: Duration.minutes(1),
        bearerTokenVariable: "PROMETHEUS_TOKEN",
      },
      http: { url: "https://usage.example.com/keys/$key_id", bearerTokenVariable: "USAGE_TOKEN" },
    },
  };
  // Three of them, because one takes one credential.
  new KeyturnProvider(stack, "one", settings);
  new KeyturnProvider(stack, "two", { alias: "two", apiKey: secret });
  new KeyturnProvider(stack, "three", { alias: "three", token: secret });

  const names = (synthesise(stack).provider?.["keyturn"] ?? []).flatMap((provider) =>
    written(provider, providerSchema.attributes),
  );

  expect([...new Set(names)].filter((name) => name !== "alias").sort()).toEqual(
    configurable(providerSchema.attributes).sort(),
  );
});

test("every computed attribute of keyturn_api_key, and nothing else, can be read from an ApiKey", () => {
  const stack = emptyStack();
  new KeyturnProvider(stack, "keyturn");
  const key = new ApiKey(stack, "key", validKey);
  const { keyId, keyName, createdAt, rotateAfter, generation, secret, secretFingerprint, retiring, namesake } = key;
  const value = [keyId, keyName, createdAt, rotateAfter, generation, secret, secretFingerprint, retiring, namesake];
  new TerraformOutput(stack, "all", { value, sensitive: true });

  const references = synthesise(stack).output?.["all"]?.value as string[];
  const names = references.map((reference) => /^\$\{keyturn_api_key\.key\.(\w+)\}$/.exec(reference)?.[1]);

  expect(names.sort()).toEqual(computed(apiKeySchema.attributes).sort());
});

/** The names of the attributes that the provider fills in. */
function computed(attributes: Attributes): string[] {
  return Object.entries(attributes).flatMap(([name, attribute]) => (attribute.computed === true ? [name] : []));
}
