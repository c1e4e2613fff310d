/**
 * Judges a configuration before anything is asked of the API: all problems at once, each at its attribute.
 *
 * Values that are not known yet pass; Terraform asks again when they are.
 */
import { path, type Diagnostics } from "../../framework";
import { Duration } from "../../model/duration";
import { KeyturnError } from "../../model/error";
import { maxLogicalNameLength } from "../../model/key-name";
import { logicalKeyName, namePart } from "../../model/logical-key";
import { policyDefaults, policyProblems, verificationModes, type PolicyProblem } from "../../model/rotation-policy";
import type { ApiKeyConfig } from "../schema/api-key-schema";
import { capitalised, isKnown, refuse, type Maybe } from "./config-check";
import { validateTargets } from "./validate-targets";

/** Reports everything in `config` that can be seen to be wrong. */
export function validateApiKeyConfig(config: ApiKeyConfig, diagnostics: Diagnostics): void {
  validateName(config, diagnostics);
  validateOwner(config.owner, diagnostics);
  validateCompromised(config.compromised, diagnostics);
  validateScopes(config.scopes, diagnostics);
  validateAccountIds(config.pinterest_account_ids, diagnostics);
  validatePolicy(config, diagnostics);
  validateVerification(config.verification, diagnostics);
  validateTargets(config.deliver_to, diagnostics);
}

/** Reports a service or an environment that the name of a key cannot be made of. */
export function validateName(config: Pick<ApiKeyConfig, "service" | "environment">, diagnostics: Diagnostics): void {
  for (const attribute of ["service", "environment"] as const) {
    const value = config[attribute];
    if (isKnown(value) && !namePart.pattern.test(value)) {
      refuse(
        diagnostics,
        path(attribute),
        `The ${attribute} is ${JSON.stringify(value)}; allowed are ${namePart.allowed}.`,
      );
    }
  }
  if (isKnown(config.service) && isKnown(config.environment)) {
    const name = logicalKeyName({ service: config.service, environment: config.environment });
    if (name.length > maxLogicalNameLength) {
      refuse(
        diagnostics,
        path("service"),
        `The key's name, service and environment joined by a hyphen, has ${name.length} characters; ` +
          `at most ${maxLogicalNameLength} are allowed, since a rotation adds a suffix to it and the API takes 255.`,
      );
    }
  }
}

function validateOwner(owner: Maybe<string>, diagnostics: Diagnostics): void {
  if (isKnown(owner) && owner.trim() === "")
    refuse(diagnostics, path("owner"), "The owner is empty; name a team or a person.");
}

function validateCompromised(report: Maybe<string>, diagnostics: Diagnostics): void {
  if (isKnown(report) && report.trim() === "") {
    refuse(
      diagnostics,
      path("compromised"),
      "The text of compromised is empty. Name the report of the leak, such as INC-42, since setting it revokes every key of this name; or leave it out.",
    );
  }
}

function validateScopes(scopes: ApiKeyConfig["scopes"], diagnostics: Diagnostics): void {
  if (!isKnown(scopes)) return;
  if (scopes.length === 0) {
    refuse(
      diagnostics,
      path("scopes"),
      "The scopes are empty, and the API gives a key without scopes all of them. Name each scope that the service needs.",
    );
  }
  if (scopes.some((scope) => isKnown(scope) && scope.trim() === "")) {
    refuse(diagnostics, path("scopes"), "One of the scopes is an empty text.");
  }
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

function validateAccountIds(ids: ApiKeyConfig["pinterest_account_ids"], diagnostics: Diagnostics): void {
  if (!isKnown(ids)) return;
  if (ids.length === 0) {
    refuse(
      diagnostics,
      path("pinterest_account_ids"),
      "The list of account ids is empty. Leave it out for a key that may act for all accounts.",
    );
  }
  for (const id of ids) {
    if (isKnown(id) && !uuid.test(id)) {
      refuse(
        diagnostics,
        path("pinterest_account_ids"),
        `${JSON.stringify(id)} is not a UUID in lower case, as the API writes it.`,
      );
    }
  }
}

const policyAttribute: Record<
  PolicyProblem["field"],
  "rotation_period" | "overlap_window" | "quiet_period" | "max_overlap"
> = {
  period: "rotation_period",
  overlap: "overlap_window",
  quietPeriod: "quiet_period",
  maxOverlap: "max_overlap",
};

function validatePolicy(config: ApiKeyConfig, diagnostics: Diagnostics): void {
  const period = readDuration("rotation_period", config.rotation_period, diagnostics);
  const declaredOverlap = readDuration("overlap_window", config.overlap_window, diagnostics);
  const declaredQuiet = readDuration("quiet_period", config.quiet_period, diagnostics);
  const declaredMaxOverlap = readDuration("max_overlap", config.max_overlap, diagnostics);
  readDuration("overlap_wait", config.overlap_wait, diagnostics);
  const overlap = config.overlap_window === null ? policyDefaults.overlap : declaredOverlap;
  if (!period || !overlap) return;
  const quietPeriod = config.quiet_period === null ? policyDefaults.quietPeriod(overlap) : declaredQuiet;
  if (!quietPeriod) return;
  const maxOverlap =
    config.max_overlap === null ? policyDefaults.maxOverlap({ overlap, quietPeriod }) : declaredMaxOverlap;
  if (!maxOverlap) return;
  for (const { field, message } of policyProblems({ period, overlap, quietPeriod, maxOverlap })) {
    const attribute = policyAttribute[field];
    const isDefault = config[attribute] === null;
    refuse(
      diagnostics,
      path(attribute),
      `${capitalised(message)}.${isDefault ? ` No ${attribute} is given, so the default holds.` : ""}`,
    );
  }
}

function readDuration(
  attribute: "rotation_period" | "overlap_window" | "quiet_period" | "max_overlap" | "overlap_wait",
  value: Maybe<string>,
  diagnostics: Diagnostics,
): Duration | undefined {
  if (!isKnown(value)) return undefined;
  try {
    return Duration.parse(value);
  } catch (error) {
    if (!(error instanceof KeyturnError)) throw error;
    refuse(diagnostics, path(attribute), `${capitalised(error.message)}.`);
    return undefined;
  }
}

function validateVerification(value: Maybe<string>, diagnostics: Diagnostics): void {
  if (isKnown(value) && !verificationModes.some((mode) => mode === value)) {
    refuse(
      diagnostics,
      path("verification"),
      `The verification is ${JSON.stringify(value)}; allowed are ${verificationModes.join(" and ")}.`,
    );
  }
}
