/**
 * Judges the delivery targets of a configuration: each element names one store, and no two of them one file.
 *
 * Terraform shows no more of a problem's path than the resource, so every message says which element it is about.
 */
import { resolve } from "node:path";
import { path, UNKNOWN, type Diagnostics } from "../../framework";
import { encryptedFilePathProblem, recipientListProblem, recipientProblem } from "../../model/encrypted-file-target";
import type { ApiKeyConfig } from "../schema/api-key-schema";
import { isKnown, refuse } from "./config-check";

type Targets = Exclude<ApiKeyConfig["deliver_to"], null | typeof UNKNOWN>;
type Target = Exclude<Targets[number], typeof UNKNOWN>;

const kinds = ["terraform_state", "encrypted_file"] as const;

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
    validateEncryptedFile(target, index, diagnostics);
  });
  refuseRepeatedFiles(targets, diagnostics);
}

function validateKind(target: Target, index: number, diagnostics: Diagnostics): void {
  if (kinds.every((kind) => target[kind] === null)) {
    refuse(
      diagnostics,
      path("deliver_to", index),
      `Element ${index} of deliver_to names no store; the known ones are ${kinds.join(" and ")}.`,
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

function validateEncryptedFile({ encrypted_file: file }: Target, index: number, diagnostics: Diagnostics): void {
  if (!isKnown(file)) return;
  const report = (attribute: "path" | "recipients", problem: string | undefined): void => {
    if (problem === undefined) return;
    refuse(
      diagnostics,
      path("deliver_to", index, "encrypted_file", attribute),
      `In element ${index} of deliver_to, ${problem}.`,
    );
  };
  if (isKnown(file.path)) report("path", encryptedFilePathProblem(file.path));
  if (!isKnown(file.recipients)) return;
  report("recipients", recipientListProblem(file.recipients));
  for (const recipient of file.recipients) {
    if (isKnown(recipient)) report("recipients", recipientProblem(recipient));
  }
}

function refuseRepeatedFiles(targets: Targets, diagnostics: Diagnostics): void {
  const firstUse = new Map<string, number>();
  targets.forEach((target, index) => {
    if (target === UNKNOWN || !isKnown(target.encrypted_file) || !isKnown(target.encrypted_file.path)) return;
    const file = resolve(target.encrypted_file.path);
    const earlier = firstUse.get(file);
    if (earlier === undefined) firstUse.set(file, index);
    else {
      refuse(
        diagnostics,
        path("deliver_to", index, "encrypted_file", "path"),
        `Elements ${earlier} and ${index} of deliver_to name the same encrypted file; ` +
          "write one element with the recipients of both.",
      );
    }
  });
}
