/**
 * Opens the client of AWS's SDK, which is installed in the user's project and loaded with the first call.
 *
 * Credentials come from the SDK's own chain, which reads the environment, profiles, web identities and the machine's role. What the given
 * variables say goes first. One client serves all secrets of a region, so that a role is assumed once and not for every key.
 */
import type * as Sdk from "@aws-sdk/client-secrets-manager";
import { packageVersion } from "../../model/version";
import { loadOptionalPackage } from "../optional-package";
import type { AwsLimits } from "./aws-limits";
import { AwsProblem } from "./aws-problem";

/** The SDK, and a client of it. */
export interface AwsClient {
  readonly sdk: typeof Sdk;
  readonly client: Sdk.SecretsManagerClient;
}

/** What a client is opened for. */
export interface AwsClientSettings {
  /** @default - as set for AWS */
  readonly region: string | undefined;
  readonly limits: AwsLimits;
}

type Variables = Readonly<Record<string, string | undefined>>;

const sdkPackage = "@aws-sdk/client-secrets-manager";

const silent = (): void => undefined;
/** The SDK logs requests with their content. */
const silentLogger = { trace: silent, debug: silent, info: silent, warn: silent, error: silent };

const opened = new WeakMap<Variables, Map<string, AwsClient>>();

/**
 * The client for these variables and settings; the same one each time.
 * @throws OptionalPackageError if the SDK is not installed
 * @throws AwsProblem if the endpoint cannot be meant
 */
export function openClient(variables: Variables, settings: AwsClientSettings): AwsClient {
  const clients = opened.get(variables) ?? new Map<string, AwsClient>();
  opened.set(variables, clients);
  const name = JSON.stringify(settings);
  const client = clients.get(name) ?? newClient(variables, settings);
  clients.set(name, client);
  return client;
}

function newClient(variables: Variables, { region, limits }: AwsClientSettings): AwsClient {
  const sdk = loadOptionalPackage(sdkPackage) as typeof Sdk;
  const { tryMs, tries } = limits;
  const chosenRegion = region ?? (variables["AWS_REGION"] || variables["AWS_DEFAULT_REGION"]);
  const endpoint = endpointOf(variables);
  const credentials = staticCredentials(variables);
  const profile = variables["AWS_PROFILE"];
  const client = new sdk.SecretsManagerClient({
    ...(chosenRegion && { region: chosenRegion }),
    ...(endpoint && { endpoint }),
    ...(credentials && { credentials }),
    ...(profile && { profile }),
    maxAttempts: tries,
    retryMode: "standard",
    requestHandler: {
      connectionTimeout: tryMs,
      requestTimeout: tryMs,
      socketTimeout: tryMs,
      // Without this the SDK only warns of a request that takes longer.
      throwOnRequestTimeout: true,
    },
    customUserAgent: [["keyturn", packageVersion]],
    logger: silentLogger,
  });
  return { sdk, client };
}

/** The SDK reads these variables itself; a look at them first gives a better message. */
function endpointOf(variables: Variables): string | undefined {
  if (variables["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"] === "true") return undefined;
  const name = ["AWS_ENDPOINT_URL_SECRETS_MANAGER", "AWS_ENDPOINT_URL"].find((each) => variables[each]);
  const endpoint = name && variables[name];
  if (!endpoint || isWebAddress(endpoint)) return endpoint;
  throw new AwsProblem(`${name} is not the address of a server: http:// or https:// and a host`);
}

/** Keys in the environment go before everything else, but for a profile that is named there as well. */
function staticCredentials(variables: Variables): Sdk.SecretsManagerClientConfig["credentials"] | undefined {
  const accessKeyId = variables["AWS_ACCESS_KEY_ID"];
  const secretAccessKey = variables["AWS_SECRET_ACCESS_KEY"];
  if (!accessKeyId || !secretAccessKey || variables["AWS_PROFILE"]) return undefined;
  const sessionToken = variables["AWS_SESSION_TOKEN"];
  return { accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) };
}

function isWebAddress(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}
