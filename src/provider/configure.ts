/**
 * Makes a client, and the sources of evidence, of the provider's configuration and the environment.
 *
 * The configuration goes first, each value for itself; credentials that contradict each other are refused rather than ranked.
 */
import { createKeyApiClient, type Credentials, type KeyApiClient } from "../client";
import type { EvidenceSource } from "../evidence/evidence-source";
import { evidenceSources } from "../evidence/evidence-sources";
import type { Clock } from "../model/clock";
import { Duration } from "../model/duration";
import { KeyturnError } from "../model/error";
import { Secret } from "../model/secret";
import { evidenceSettings } from "./evidence-config";
import { environmentVariables, type KnownProviderConfig } from "./schema/provider-schema";

/** Reads of one plan share a list. What decides about a revocation is never taken from it, but read afresh. */
const planLength = Duration.seconds(15);

/** The environment variables of the process. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The API's public address. */
const defaultEndpoint = "https://api.pinbridge.io";

/** What the machine supplies. */
export interface Machine {
  readonly environment: Environment;
  readonly clock: Clock;
  readonly userAgent: string;
}

/**
 * The client that a configuration asks for.
 * @throws KeyturnError INVALID_CONFIGURATION if it cannot work: no credential, or several
 */
export function clientFor(config: KnownProviderConfig, machine: Machine): KeyApiClient {
  return createKeyApiClient({
    endpoint: config.endpoint ?? variable(machine, "endpoint") ?? defaultEndpoint,
    credentials: credentialsFor(config, machine),
    clock: machine.clock,
    userAgent: machine.userAgent,
    listMaxAge: planLength,
    ...(config.request_timeout === null ? {} : { requestTimeout: Duration.parse(config.request_timeout) }),
    ...(config.max_retries === null ? {} : { maxRetries: Number(config.max_retries) }),
  });
}

/**
 * The sources of evidence that a configuration asks for. Nothing is asked yet.
 * @throws KeyturnError INVALID_CONFIGURATION
 */
export function evidenceFor(
  { evidence }: KnownProviderConfig,
  machine: Machine,
  client: KeyApiClient,
): readonly EvidenceSource[] {
  const { environment: variables, clock, userAgent } = machine;
  return evidenceSources(evidenceSettings(evidence), { client, variables, clock, userAgent, maxAge: planLength });
}

function variable({ environment }: Machine, name: keyof typeof environmentVariables): string | undefined {
  // An empty variable is how a pipeline says that a secret is not set.
  return environment[environmentVariables[name]] || undefined;
}

function credentialsFor(config: KnownProviderConfig, machine: Machine): Credentials {
  const configured = only(
    candidates(config.api_key, config.token, config.login, config.project_id ?? variable(machine, "project_id")),
    "the provider's configuration",
  );
  if (configured) return configured;
  const email = variable(machine, "email");
  const password = variable(machine, "password");
  const fromEnvironment = only(
    candidates(
      variable(machine, "api_key"),
      variable(machine, "token"),
      email && password ? { email, password } : null,
      config.project_id ?? variable(machine, "project_id"),
    ),
    "the environment",
  );
  if (fromEnvironment) return fromEnvironment;
  throw new KeyturnError(
    "INVALID_CONFIGURATION",
    `there is no credential for the API; set one of the environment variables ${environmentVariables.api_key} or ${environmentVariables.token}, ` +
      `or both ${environmentVariables.email} and ${environmentVariables.password}`,
  );
}

interface Login {
  readonly email: string | null;
  readonly password: string | null;
}

function candidates(
  apiKey: string | null | undefined,
  token: string | null | undefined,
  login: Login | null,
  projectId: string | undefined,
): Credentials[] {
  const found: Credentials[] = [];
  if (apiKey) found.push({ kind: "key", secret: new Secret(apiKey) });
  if (token) found.push({ kind: "token", token: new Secret(token) });
  if (login?.email && login.password) {
    found.push({ kind: "login", email: login.email, password: new Secret(login.password), projectId });
  }
  return found;
}

function only(found: readonly Credentials[], source: string): Credentials | undefined {
  if (found.length <= 1) return found[0];
  const kinds = found.map(({ kind }) => kind).join(" and ");
  throw new KeyturnError(
    "INVALID_CONFIGURATION",
    `${source} gives several credentials for the API, a ${kinds}; leave one`,
  );
}
