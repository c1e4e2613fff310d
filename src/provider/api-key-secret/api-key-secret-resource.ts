/**
 * `ephemeral "keyturn_api_key_secret"`: hands the secret of a key from a store to whatever else Terraform manages.
 *
 * It keeps nothing: the secret is in the answer to core and nowhere else, so there is nothing to renew and nothing to close.
 */
import type {
  EphemeralResource,
  Opened,
  OperationContext,
  PlanningContext,
  WithConfigValidation,
} from "../../framework";
import { logicalKeyName } from "../../model/logical-key";
import { identityAttributes } from "../api-key/api-key-state";
import { storesOf } from "../api-key/declared-api-key";
import { refuseOtherEnvironment } from "../api-key/other-environment";
import type { ProviderData } from "../provider-data";
import {
  apiKeySecretSchema,
  apiKeySecretTypeName,
  type ApiKeySecretConfig,
  type KnownApiKeySecretConfig,
} from "../schema/api-key-secret-schema";
import { readBack, type SecretRequest } from "./read-back";
import { validateSecretConfig } from "./validate-secret-config";

type ApiKeySecretSchema = typeof apiKeySecretSchema;

/** The ephemeral resource type of the secret of an API key. */
export class ApiKeySecretResource
  implements EphemeralResource<ApiKeySecretSchema, ProviderData>, WithConfigValidation<ApiKeySecretSchema, ProviderData>
{
  readonly typeName = apiKeySecretTypeName;
  readonly schema = apiKeySecretSchema;

  async validateConfig(
    config: ApiKeySecretConfig,
    { diagnostics, data }: PlanningContext<ProviderData>,
  ): Promise<void> {
    validateSecretConfig(config, diagnostics);
    refuseOtherEnvironment(config.environment, data, diagnostics);
  }

  async open(
    config: KnownApiKeySecretConfig,
    { data, diagnostics, signal }: OperationContext<ProviderData>,
  ): Promise<Opened<ApiKeySecretSchema>> {
    const request = secretRequest(config, data);
    // While a key of this name is being made, the stores and the names of the keys do not fit together.
    const { secret, key, isUnfinished } = await data.locks.run(request.logicalName, () =>
      readBack(request, { client: data.client(), signal }),
    );
    if (isUnfinished) {
      diagnostics.warning({
        summary: "The key is in the middle of a change",
        detail:
          `The secret of ${request.logicalName} is that of the key ${key.id}, which is named ${JSON.stringify(key.name)}: an earlier run was cut short. ` +
          "Apply the configuration that makes the key, which finishes the change.",
      });
    }
    return {
      result: {
        key_id: key.id,
        secret: secret.reveal(),
        generation: key.createdAt ? identityAttributes(key.id, key.createdAt).generation : null,
      },
    };
  }
}

function secretRequest(
  { service, environment, deliver_to: targets, key_id: keyId }: KnownApiKeySecretConfig,
  { variables }: Pick<ProviderData, "variables">,
): SecretRequest {
  if (service === null || environment === null) throw new Error("no service or no environment is declared");
  const logicalName = logicalKeyName({ service, environment });
  const owner = { keyName: logicalName, service, environment, owner: "" };
  return { logicalName, keyId: keyId ?? undefined, stores: storesOf(targets ?? [], { owner, variables }) };
}
