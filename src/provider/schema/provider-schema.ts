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

/** A query that can be trusted, where a gateway counts requests by the id of the key, and the counter of a key begins with its first request. */
const requests = 'requests_total{key_id="$key_id"}';
const soundQuery =
  `((sum(increase(${requests}[$window])) or vector(0)) + (sum(${requests} unless ${requests} offset $window) or vector(0)))` +
  ` and on() (min(min_over_time(up{job="gateway"}[$window])) == 1)`;

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
    evidence: {
      nested: "single",
      optional: true,
      description:
        "Who else may know whether a key is in use, beside the API. What is named here must answer, or no replaced key is revoked.",
      attributes: {
        prometheus: {
          nested: "single",
          optional: true,
          description: "A Prometheus that counts requests by key.",
          attributes: {
            url: {
              type: t.string,
              required: true,
              description: "Its address, such as `https://prometheus.example.com`, with the path prefix if it has one.",
            },
            query: {
              type: t.string,
              required: true,
              description:
                "PromQL that gives the number of requests with a key in `$window`. `$key_id`, `$key_name`, `$service` and `$environment` become the key's own values; they belong into double quotes. " +
                "Where it gives no value, nothing is known and the key stays; so it must give one exactly where somebody was watching. " +
                `\`${soundQuery}\` counts the first request with a key too, and takes absence for zero only while the job \`gateway\` was scraped.`,
            },
            resolution: {
              type: t.string,
              optional: true,
              description:
                "What `$window` becomes: at least twice as long as the time between two scrapes, and `2s` at the least. Longer where the time to be asked about has more than 5,000 of it. Default `5m`.",
            },
            bearer_token_variable: {
              type: t.string,
              optional: true,
              description: "The name of the environment variable that holds a bearer token. Default: no token is sent.",
            },
          },
        },
        http: {
          nested: "single",
          optional: true,
          description: "A service of your own that knows when a key was used.",
          attributes: {
            url: {
              type: t.string,
              required: true,
              description:
                "Its address, with `$key_id`, `$key_name`, `$service`, `$environment` and `$since` where the URL-encoded values go, in the path or the query. " +
                'A GET must answer `{"last_used_at": "2026-03-01T12:00:00Z", "watched_since": "2026-02-01T00:00:00Z"}`. Null for the first says that it knows of no use; ' +
                "null for the second that it may have missed some.",
            },
            bearer_token_variable: {
              type: t.string,
              optional: true,
              description: "The name of the environment variable that holds a bearer token. Default: no token is sent.",
            },
          },
        },
      },
    },
  },
});

/** The provider's configuration: any value may be unknown while planning. */
export type ProviderConfig = ConfigOf<typeof providerSchema>;

/** The provider's configuration when everything is known. */
export type KnownProviderConfig = StateOf<typeof providerSchema>;
