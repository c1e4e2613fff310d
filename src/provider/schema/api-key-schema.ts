/**
 * The schema of `keyturn_api_key`: the one place where an attribute's name, type, meaning and sensitivity are written.
 *
 * The descriptions are the reference documentation.
 */
import { defineSchema, t, type ConfigOf, type PlannedStateOf, type StateOf } from "../../framework/schema";
import { deliverToAttribute } from "./deliver-to-attribute";

/** The name of the resource type in Terraform. */
export const apiKeyTypeName = "keyturn_api_key";

export const apiKeySchema = defineSchema({
  version: 0,
  description:
    "An API key of one service in one environment, with an owner and a rotation period. When the period is over the plan shows a replacement: " +
    "the new key is created and delivered first, and the old one is revoked only when the overlap has passed, the new key is in use and the old one has gone quiet. " +
    "Always set `create_before_destroy`; the constructs do.",
  attributes: {
    service: {
      type: t.string,
      required: true,
      description:
        "The service that uses the key: letters, digits, `.`, `_` and `-`. With the environment it makes the key's name, `service-environment`. A change replaces the key.",
    },
    environment: {
      type: t.string,
      required: true,
      description:
        "The environment that the service runs in: letters, digits, `.`, `_` and `-`. A change replaces the key.",
    },
    owner: { type: t.string, required: true, description: "Who answers for the key: a team's or a person's address." },
    scopes: {
      type: t.set(t.string),
      required: true,
      description:
        "What the key may do. Never empty, since the API gives a key without scopes all of them. Changed in place.",
    },
    pinterest_account_ids: {
      type: t.set(t.string),
      optional: true,
      description:
        "The ids of the accounts that the key may act for. Left out, it may act for all accounts of the workspace. Changed in place.",
    },
    rotation_period: {
      type: t.string,
      required: true,
      description:
        "The longest age of a key before it is replaced: `90d`, `24h`, `15m`, `30s`, or an ISO 8601 duration such as `P90D`.",
    },
    overlap_window: {
      type: t.string,
      optional: true,
      description:
        "How long the old secret keeps working at the least after a rotation. Shorter than the rotation period. Default `24h`.",
    },
    quiet_period: {
      type: t.string,
      optional: true,
      description:
        "How long a replaced key must not have been used before it may be revoked. Default: the overlap window, or `1h` if that is shorter.",
    },
    overlap_wait: {
      type: t.string,
      optional: true,
      description:
        "How long an apply waits for the overlap to end. A replaced key that cannot be revoked within it is left working and listed in `retiring`; a later plan shows its revocation. Default `5m`.",
    },
    max_overlap: {
      type: t.string,
      optional: true,
      description:
        "How long a replaced key may stay at the most. It is never revoked for being older than this, but from then on every plan warns that it still works, and says what it waits for. " +
        "Not shorter than the overlap window and the quiet period. Default `7d`, or the overlap window and the quiet period together if that is longer.",
    },
    verification: {
      type: t.string,
      optional: true,
      description:
        "What ends an overlap. `evidence`: the window has passed, the new key has been used, and the old one has gone quiet. `time-only`: the window has passed; " +
        "a service that still uses the old secret then loses access. Default `evidence`.",
    },
    rotation_triggers: {
      type: t.map(t.string),
      optional: true,
      description:
        "Any values. A trigger that is added or changed replaces the key; one that is removed does not. They are kept in the state, so they must not be secrets.",
    },
    compromised: {
      type: t.string,
      optional: true,
      description:
        "The report of a leak, such as `INC-42`. Set or changed, it turns the order round: the apply revokes every key of this name first and then creates and delivers a new one, " +
        "so the service has no working key in between. Left as it is, or removed, it does nothing. Kept in the state, so it must not be a secret.",
    },
    deletion_protection: {
      type: t.bool,
      optional: true,
      description:
        "Whether a plan that destroys the key is refused. To take it off, apply `false` first and destroy afterwards. Rotations go on. Default `false`.",
    },
    force_revoke: {
      type: t.bool,
      optional: true,
      description:
        "Whether a destroy revokes the key even though it was used lately; without it such a plan is refused. It counts only once it has been applied. " +
        "It does not lift `deletion_protection`, and it does not shorten a rotation. Default `false`.",
    },
    deliver_to: deliverToAttribute,
    id: { type: t.string, computed: true, stable: true, description: "The id of the key on the API." },
    name: {
      type: t.string,
      computed: true,
      stable: true,
      description: "The name of the key on the API: `service-environment`.",
    },
    created_at: { type: t.string, computed: true, stable: true, description: "When the key was created, RFC 3339." },
    rotate_after: {
      type: t.string,
      computed: true,
      stable: true,
      description:
        "The instant from which the next plan replaces the key, RFC 3339. After a roll-back not before the overlap window has passed.",
    },
    generation: {
      type: t.number,
      computed: true,
      stable: true,
      description:
        "An integer that moves exactly when the secret does: the second in which the key was created, counted from 1970. After a roll-back it is that of the older key again. Made for the `*_wo_version` arguments of other providers.",
    },
    secret: {
      type: t.string,
      computed: true,
      stable: true,
      sensitive: true,
      description:
        "The secret. Null unless `deliver_to` says that it is to be in the state, and after an import, since the API shows a secret only once.",
    },
    secret_fingerprint: {
      type: t.string,
      computed: true,
      stable: true,
      description:
        "What tells the secret from others without telling what it is: an HMAC-SHA-256 of it under the key in the environment variable `KEYTURN_FINGERPRINT_KEY`, so it is of no use to whoever does not have that key. " +
        "Null if the variable was not set when the key was made, and where the secret is not known: after an import, a roll-back, or a run that was cut short.",
    },
    retiring: {
      nested: "list",
      computed: true,
      stable: true,
      description:
        "The other keys of the same name that still work: replaced ones, oldest first, ones that a roll-back took out of service, and ones that an interrupted run has left unfinished. A plan that revokes one of them shows it leaving this list.",
      attributes: {
        id: { type: t.string, computed: true, description: "The id of the key." },
        name: {
          type: t.string,
          computed: true,
          description:
            "Its name on the API, `service-environment~retiring~TAG`; with `~rolledback~` after a roll-back, and `~pending~` if it was never finished. The tag begins with the instant of the change.",
        },
        created_at: { type: t.string, computed: true, description: "When it was created, RFC 3339." },
      },
    },
    namesake: {
      type: t.string,
      computed: true,
      stable: true,
      description:
        "The id of another key with the very same name, which somebody has made by hand; null if there is none. While there is one neither is rotated nor revoked, since nobody knows which of them is in use.",
    },
  },
});

/** An API key as Terraform stores it. */
export type ApiKeyState = StateOf<typeof apiKeySchema>;

/** An API key as it is configured: any value may be unknown. */
export type ApiKeyConfig = ConfigOf<typeof apiKeySchema>;

/** An API key as it is planned: what is decided during apply is unknown. */
export type ApiKeyPlan = PlannedStateOf<typeof apiKeySchema>;
