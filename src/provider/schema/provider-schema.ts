/**
 * The schema of the provider's own configuration, and the environment variables that stand in for it.
 */
import { defineSchema, t, type ConfigOf, type StateOf } from "../../framework/schema";

/** The environment variables that are read where the configuration says nothing. */
export const environmentVariables = {
  endpoint: "KEYTURN_ENDPOINT",
  api_key: "KEYTURN_API_KEY",
  token: "KEYTURN_TOKEN",
  email: "KEYTURN_EMAIL",
  password: "KEYTURN_PASSWORD",
  project_id: "KEYTURN_PROJECT_ID",
} as const;

export const providerSchema = defineSchema({
  version: 0,
  description:
    "Keeps API keys as code. One provider instance speaks to one workspace of the API; use aliases for several. Credentials come from the environment.",
  attributes: {
    environment: {
      type: t.string,
      optional: true,
      description: "The environment that this workspace is for. Keys declared for another environment are refused.",
    },
    endpoint: {
      type: t.string,
      optional: true,
      description: "The address of the API. Default: `KEYTURN_ENDPOINT`, else `https://api.pinbridge.io`.",
    },
    api_key: {
      type: t.string,
      optional: true,
      sensitive: true,
      description: "A key that may manage keys. Default: `KEYTURN_API_KEY`.",
    },
    token: {
      type: t.string,
      optional: true,
      sensitive: true,
      description: "An access token. Default: `KEYTURN_TOKEN`.",
    },
    login: {
      nested: "single",
      optional: true,
      description: "A person's login. Default: `KEYTURN_EMAIL` and `KEYTURN_PASSWORD`.",
      attributes: {
        email: { type: t.string, required: true, description: "The login's email address." },
        password: { type: t.string, required: true, sensitive: true, description: "The login's password." },
      },
    },
    project_id: {
      type: t.string,
      optional: true,
      description:
        "The project (workspace) to act in after a login. Default: `KEYTURN_PROJECT_ID`, else the login's active project.",
    },
    request_timeout: {
      type: t.string,
      optional: true,
      description: "How long one request may take, such as `30s`. Default `30s`.",
    },
    max_retries: {
      type: t.number,
      optional: true,
      description: "How often a request that is safe to repeat is repeated after a failure. From 0 to 20. Default 4.",
    },
  },
});

/** The provider's configuration: any value may be unknown while planning. */
export type ProviderConfig = ConfigOf<typeof providerSchema>;

/** The provider's configuration when everything is known. */
export type KnownProviderConfig = StateOf<typeof providerSchema>;
