/** Judges the configuration of a `keyturn_api_key_secret` before anything is read. Values that are not known yet pass. */
import { path, UNKNOWN, type Diagnostics } from "../../framework";
import { isKnown, refuse } from "../api-key/config-check";
import { validateName } from "../api-key/validate-config";
import { validateTargets } from "../api-key/validate-targets";
import type { ApiKeySecretConfig } from "../schema/api-key-secret-schema";

/** Reports everything in `config` that can be seen to be wrong. */
export function validateSecretConfig(config: ApiKeySecretConfig, diagnostics: Diagnostics): void {
  validateName(config, diagnostics);
  validateTargets(config.deliver_to, diagnostics);
  refuseStateAlone(config.deliver_to, diagnostics);
  if (isKnown(config.key_id) && config.key_id.trim() === "") {
    refuse(diagnostics, path("key_id"), "The key_id is empty. Set it to the id of a key, or leave it out.");
  }
}

/** Terraform's state gives a secret to whoever refers to it, and to nobody else. */
function refuseStateAlone(targets: ApiKeySecretConfig["deliver_to"], diagnostics: Diagnostics): void {
  if (!isKnown(targets) || targets.length === 0) return;
  const isInStateOnly = targets.every((target) => target !== UNKNOWN && isKnown(target.terraform_state));
  if (!isInStateOnly) return;
  refuse(
    diagnostics,
    path("deliver_to"),
    "All of deliver_to is Terraform's state, from which nothing can be read back. Refer to the attribute secret of keyturn_api_key instead, or deliver to a store.",
  );
}
