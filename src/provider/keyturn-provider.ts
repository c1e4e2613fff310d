/**
 * The provider: its configuration and its resource types, for the framework to serve.
 */
import { path, UNKNOWN, type ConfigureContext, type OfflineContext, type ProviderDefinition } from "../framework";
import type { Clock } from "../model/clock";
import { Duration } from "../model/duration";
import { KeyturnError } from "../model/error";
import { fingerprintKeyFrom } from "../model/fingerprint";
import { ApiKeySecretResource } from "./api-key-secret/api-key-secret-resource";
import { ApiKeyResource } from "./api-key/api-key-resource";
import type { Environment } from "./configure";
import { describeError } from "./describe-error";
import { evidenceProblems } from "./evidence-config";
import type { ProviderData } from "./provider-data";
import { ApiHabits } from "./rotation/api-habits";
import { KeyLocks } from "./rotation/key-locks";
import { newNonce } from "./rotation/new-nonce";
import { providerSchema, type KnownProviderConfig, type ProviderConfig } from "./schema/provider-schema";

/** What the provider is made with. */
export interface KeyturnProviderOptions {
  readonly environment: Environment;
  readonly clock: Clock;
  /** The package's version, for the user agent. */
  readonly version: string;
}

/** The keyturn provider. */
export function keyturnProvider(
  options: KeyturnProviderOptions,
): ProviderDefinition<typeof providerSchema, ProviderData> {
  return {
    name: "keyturn",
    schema: providerSchema,
    resources: [new ApiKeyResource()],
    ephemeralResources: [new ApiKeySecretResource()],
    describeError,
    validate: async (config, context) => {
      validateProviderConfig(config, context);
    },
    configure: async (config, context) => await configure(config, context, options),
  };
}

function validateProviderConfig(config: ProviderConfig, { diagnostics }: OfflineContext): void {
  const { request_timeout: timeout, max_retries: retries, evidence } = config;
  for (const { path: place, message } of evidenceProblems(evidence)) {
    diagnostics.error({ ...describeError(new KeyturnError("INVALID_VALUE", message)), path: place });
  }
  if (typeof timeout === "string") {
    try {
      if (Duration.parse(timeout).isZero())
        throw new KeyturnError("INVALID_VALUE", `"${timeout}" leaves no time for an answer`);
    } catch (error) {
      diagnostics.error({ ...describeError(error), path: path("request_timeout") });
    }
  }
  if (
    retries !== null &&
    retries !== UNKNOWN &&
    !(Number.isInteger(retries) && Number(retries) >= 0 && Number(retries) <= 20)
  ) {
    diagnostics.error({
      summary: "Invalid value",
      detail: `The number of retries is ${String(retries)}; it must be a whole number from 0 to 20.`,
      path: path("max_retries"),
    });
  }
}

async function configure(
  config: ProviderConfig,
  { terraformVersion, signal }: ConfigureContext,
  options: KeyturnProviderOptions,
): Promise<ProviderData> {
  const appended = options.environment["TF_APPEND_USER_AGENT"];
  const userAgent = `keyturn/${options.version} (terraform ${terraformVersion})${appended ? ` ${appended}` : ""}`;
  const shared = {
    clock: options.clock,
    environment: typeof config.environment === "string" ? config.environment : undefined,
    habits: new ApiHabits(),
    locks: new KeyLocks(),
    nonce: newNonce,
    variables: options.environment,
    fingerprintKey: fingerprintKeyFrom(options.environment),
  };
  if (!isFullyKnown(config)) return { ...shared, client: clientLater, evidence: [] };

  // Terraform also starts the provider just for its schema and for validation, which need no HTTP client.
  const { clientFor, evidenceFor } = await import("./configure.js");
  const machine = { environment: options.environment, clock: options.clock, userAgent };
  const client = clientFor(config, machine);
  const evidence = evidenceFor(config, machine, client);
  // A wrong credential or address stops the plan here, with one message, and not an apply half-way. Reads soon after share the answer.
  await client.list({ signal });
  return { ...shared, client: () => client, evidence };
}

function isFullyKnown(config: ProviderConfig): config is KnownProviderConfig {
  return isKnown(config);
}

function isKnown(value: unknown): boolean {
  if (value === UNKNOWN) return false;
  return typeof value !== "object" || value === null || Object.values(value).every(isKnown);
}

/** While planning, the configuration may depend on objects that are yet to be created. Only what needs no API can be planned then. */
function clientLater(): never {
  throw new KeyturnError(
    "INVALID_CONFIGURATION",
    "the provider's configuration depends on values that are known only after apply, so keys that exist cannot be read; " +
      "apply what it depends on first, or configure the provider from the environment",
  );
}
