/**
 * Judges a configuration before anything is asked of the API: all problems at once, each at its attribute.
 *
 * Values that are not known yet pass; Terraform asks again when they are.
 */
import { path, UNKNOWN, type Diagnostics, type Path, type Unknown } from "../../framework";
import { Duration } from "../../model/duration";
import { KeyturnError } from "../../model/error";
import { maxLogicalNameLength } from "../../model/key-name";
import { logicalKeyName, namePart } from "../../model/logical-key";
import { policyDefaults, policyProblems, verificationModes, type PolicyProblem } from "../../model/rotation-policy";
import type { ApiKeyConfig } from "../schema/api-key-schema";

type Maybe<T> = T | null | Unknown;

/** Reports everything in `config` that can be seen to be wrong. */
export function validateApiKeyConfig(config: ApiKeyConfig, diagnostics: Diagnostics): void {
  validateName(config, diagnostics);
  refuseEmptyText("owner", config.owner, diagnostics);
  validateScopes(config.scopes, diagnostics);
  validateAccountIds(config.pinterest_account_ids, diagnostics);
  validatePolicy(config, diagnostics);
  validateVerification(config.verification, diagnostics);
  validateTargets(config.deliver_to, diagnostics);
}

function isKnown<T>(value: Maybe<T>): value is T {
  return value !== null && value !== UNKNOWN;
}

function refuse(diagnostics: Diagnostics, at: Path, detail: string): void {
  diagnostics.error({ summary: "Invalid API key configuration", detail, path: at });
}

function validateName(config: ApiKeyConfig, diagnostics: Diagnostics): void {
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

function refuseEmptyText(attribute: "owner", value: Maybe<string>, diagnostics: Diagnostics): void {
  if (isKnown(value) && value.trim() === "")
    refuse(diagnostics, path(attribute), `The ${attribute} is empty; name a team or a person.`);
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

const policyAttribute: Record<PolicyProblem["field"], "rotation_period" | "overlap_window" | "quiet_period"> = {
  period: "rotation_period",
  overlap: "overlap_window",
  quietPeriod: "quiet_period",
};

function validatePolicy(config: ApiKeyConfig, diagnostics: Diagnostics): void {
  const period = readDuration("rotation_period", config.rotation_period, diagnostics);
  const declaredOverlap = readDuration("overlap_window", config.overlap_window, diagnostics);
  const declaredQuiet = readDuration("quiet_period", config.quiet_period, diagnostics);
  readDuration("overlap_wait", config.overlap_wait, diagnostics);
  const overlap = config.overlap_window === null ? policyDefaults.overlap : declaredOverlap;
  if (!period || !overlap) return;
  const quietPeriod = config.quiet_period === null ? policyDefaults.quietPeriod(overlap) : declaredQuiet;
  if (!quietPeriod) return;
  for (const { field, message } of policyProblems({ period, overlap, quietPeriod })) {
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
  attribute: "rotation_period" | "overlap_window" | "quiet_period" | "overlap_wait",
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

function validateTargets(targets: ApiKeyConfig["deliver_to"], diagnostics: Diagnostics): void {
  if (!isKnown(targets)) return;
  if (targets.length === 0) {
    refuse(
      diagnostics,
      path("deliver_to"),
      "Nothing is said of where the secret goes, and the API shows it only once. Name a store.",
    );
  }
  targets.forEach((target, index) => {
    if (target === UNKNOWN) return;
    const state = target.terraform_state;
    if (state === null)
      refuse(
        diagnostics,
        path("deliver_to", index),
        `Element ${index} of deliver_to names no store; the one known is terraform_state.`,
      );
    if (!isKnown(state)) return;
    if (state.i_understand_the_secret_is_in_state === false) {
      refuse(
        diagnostics,
        path("deliver_to", index, "terraform_state", "i_understand_the_secret_is_in_state"),
        // Terraform shows no more of this path than the resource.
        `In element ${index} of deliver_to, i_understand_the_secret_is_in_state is false. ` +
          "The secret is put into Terraform's state only if it is true: whoever can read the state can read the secret.",
      );
    }
  });
}

function capitalised(sentence: string): string {
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}
