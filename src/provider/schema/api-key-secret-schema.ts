/**
 * The schema of the ephemeral resource `keyturn_api_key_secret`. Its delivery targets are those of `keyturn_api_key`, with the same words.
 *
 * The descriptions are the reference documentation.
 */
import { defineSchema, t, type ConfigOf, type StateOf } from "../../framework/schema";
import { apiKeySchema } from "./api-key-schema";

/** The name of the ephemeral resource type in Terraform. */
export const apiKeySecretTypeName = "keyturn_api_key_secret";

export const apiKeySecretSchema = defineSchema({
  version: 0,
  description:
    "Reads the secret of an API key back from where it was delivered to, for the length of a run: no plan and no state ever holds it. " +
    "Made for the write-only arguments of other providers, with `generation` of `keyturn_api_key` as their version, and for the configuration of providers. " +
    "It is opened at plan and again at apply, so whoever plans needs the right to read the secret, too. Needs Terraform 1.10 or OpenTofu 1.11; write-only arguments need 1.11 of either.",
  attributes: {
    service: {
      type: t.string,
      required: true,
      description: "The service that uses the key, as `keyturn_api_key` has it.",
    },
    environment: {
      type: t.string,
      required: true,
      description: "The environment that the service runs in, as `keyturn_api_key` has it.",
    },
    deliver_to: {
      ...apiKeySchema.attributes.deliver_to,
      description:
        "Where the secret was delivered to, as `keyturn_api_key` has it: `keyturn_api_key.NAME.deliver_to` will do. " +
        "The first target that can be read gives the secret; where Terraform's state is one of them, it is passed over. " +
        "An encrypted file can be read by whoever has a private key of age in `KEYTURN_AGE_IDENTITY`, or in the file that `KEYTURN_AGE_IDENTITY_FILE` names.",
    },
    key_id: {
      type: t.string,
      optional: true,
      computed: true,
      description:
        "The id of the key. Set it to `keyturn_api_key.NAME.id` where the same configuration makes the key: then the secret is read after the key was made or rotated, and it is an error if it is that of another key. " +
        "Left out, the secret must be that of the active key of this service and environment.",
    },
    secret: { type: t.string, computed: true, sensitive: true, description: "The secret." },
    generation: {
      type: t.number,
      computed: true,
      description:
        "The generation of the key, as `keyturn_api_key` has it; null where the API does not say when the key was created. " +
        "Being ephemeral it cannot be the version of a write-only argument: take that of `keyturn_api_key`.",
    },
  },
});

/** What is configured, while any value may be unknown. */
export type ApiKeySecretConfig = ConfigOf<typeof apiKeySecretSchema>;

/** What is configured, once everything is known. */
export type KnownApiKeySecretConfig = StateOf<typeof apiKeySecretSchema>;
