/**
 * Judges the delivery targets of a configuration: each element names one store, and no two of them one place.
 *
 * Terraform shows no more of a problem's path than the resource, so every message says which element it is about.
 */
import { path, UNKNOWN, type Diagnostics } from "../../framework";
import { snakeCase } from "../../model/attribute-names";
import {
  deliveryTargetKinds,
  targetPlace,
  targetProblems,
  targetWords,
  type DeliveryTargetKind,
} from "../../model/delivery-target";
import type { ApiKeyConfig } from "../schema/api-key-schema";
import { isKnown, refuse } from "./config-check";
import { deliveryTarget, judgedAttributes } from "./delivery-targets";

type Targets = Exclude<ApiKeyConfig["deliver_to"], null | typeof UNKNOWN>;
type Target = Exclude<Targets[number], typeof UNKNOWN>;

const kinds = ["terraform_state", ...deliveryTargetKinds] as const;

/** Reports everything in `deliver_to` that can be seen to be wrong. */
export function validateTargets(targets: ApiKeyConfig["deliver_to"], diagnostics: Diagnostics): void {
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
    validateKind(target, index, diagnostics);
    validateState(target, index, diagnostics);
    for (const kind of deliveryTargetKinds) validatePlace(target, kind, { index, diagnostics });
  });
  refuseRepeatedPlaces(targets, diagnostics);
}

function validateKind(target: Target, index: number, diagnostics: Diagnostics): void {
  if (kinds.every((kind) => target[kind] === null)) {
    refuse(
      diagnostics,
      path("deliver_to", index),
      `Element ${index} of deliver_to names no store; the known ones are ${kinds.join(", ")}.`,
    );
  }
  const named = kinds.filter((kind) => isKnown(target[kind]));
  if (named.length > 1) {
    refuse(
      diagnostics,
      path("deliver_to", index),
      `Element ${index} of deliver_to names ${named.join(" and ")}; write an element for each of them.`,
    );
  }
}

function validateState({ terraform_state: state }: Target, index: number, diagnostics: Diagnostics): void {
  if (!isKnown(state) || state.i_understand_the_secret_is_in_state !== false) return;
  refuse(
    diagnostics,
    path("deliver_to", index, "terraform_state", "i_understand_the_secret_is_in_state"),
    `In element ${index} of deliver_to, i_understand_the_secret_is_in_state is false. ` +
      "The secret is put into Terraform's state only if it is true: whoever can read the state can read the secret.",
  );
}

function validatePlace(
  target: Target,
  kind: DeliveryTargetKind,
  { index, diagnostics }: { readonly index: number; readonly diagnostics: Diagnostics },
): void {
  const attributes = target[kind];
  if (!isKnown(attributes)) return;
  for (const { attribute, problem } of targetProblems(kind, judgedAttributes(kind, attributes))) {
    refuse(
      diagnostics,
      path("deliver_to", index, kind, snakeCase(attribute)),
      `In element ${index} of deliver_to, ${problem}.`,
    );
  }
}

function refuseRepeatedPlaces(targets: Targets, diagnostics: Diagnostics): void {
  const firstUse = new Map<string, number>();
  targets.forEach((element, index) => {
    const target = element === UNKNOWN ? undefined : deliveryTarget(element);
    if (!target) return;
    const place = targetPlace(target);
    const earlier = firstUse.get(place);
    if (earlier === undefined) firstUse.set(place, index);
    else {
      refuse(
        diagnostics,
        path("deliver_to", index, target.kind),
        `Elements ${earlier} and ${index} of deliver_to are one place, ${targetWords(target)}; write one element for it.`,
      );
    }
  });
}
