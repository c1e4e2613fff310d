/**
 * What may be passed to an `ApiKey`. The rules for it are in `api-key-props-check.ts`.
 */
import type { IResolvable, TerraformMetaArguments, TerraformResourceLifecycle } from "cdktf";
import type { Duration } from "../model/duration";
import type { VerificationMode } from "../model/rotation-policy";
import type { KeyturnProvider } from "./keyturn-provider";
import type { SecretStore } from "./secret-store";

/** When a key is rotated, and when its predecessor is revoked. */
export interface ApiKeyRotation {
  /** The longest age of a key. The first plan after it replaces the key. More than zero. */
  readonly period: Duration;
  /**
   * How long the old secret keeps working at the least after a rotation. Shorter than the period.
   * @default Duration.hours(24)
   */
  readonly overlap?: Duration;
  /**
   * How long the old key must not have been used before it may be revoked. Shorter than the period.
   * @default - the overlap, or one hour if that is shorter
   */
  readonly quietPeriod?: Duration;
  /**
   * How long an apply waits for the overlap to end. An old key that may not be revoked within it keeps working, and a later
   * plan shows its revocation.
   * @default Duration.minutes(5)
   */
  readonly overlapWait?: Duration;
  /**
   * How long a replaced key may stay at the most. It is never revoked for being older than this, but from then on every plan
   * warns of it. Not shorter than the overlap and the quiet period.
   * @default - seven days, or the overlap and the quiet period together if that is longer
   */
  readonly maxOverlap?: Duration;
  /**
   * What ends an overlap: `evidence` of traffic (the overlap has passed, the new key has been used, and the old one has gone
   * quiet), or `time-only` (the overlap has passed; a service that still uses the old secret then loses access).
   * @default "evidence"
   */
  readonly verification?: VerificationMode;
  /**
   * Any values. A trigger that is added or changed rotates the key, one that is removed does not. They are kept in the state, so
   * they must not be secrets. Names that begin with `owner event ` belong to `OwnerEvents`.
   * @default - the key is rotated by its age only
   */
  readonly triggers?: Readonly<Record<string, string>>;
}

/** What Terraform itself lets one say about a key. */
export interface ApiKeyMetaArguments extends Pick<TerraformMetaArguments, "dependsOn" | "count" | "forEach"> {
  /**
   * The workspace of the API that the key is in.
   * @default - the stack's `KeyturnProvider` that has no alias
   */
  readonly provider?: KeyturnProvider;
  /**
   * Terraform's lifecycle settings. A new key is always created before the old one goes, and `preventDestroy` is not
   * possible, since it would make Terraform refuse every rotation.
   * @default - the new key is created before the old one goes
   */
  readonly lifecycle?: Omit<TerraformResourceLifecycle, "createBeforeDestroy" | "preventDestroy"> & {
    readonly createBeforeDestroy?: true;
    readonly preventDestroy?: false;
  };
}

/** An API key of one service in one environment. */
export interface ApiKeyProps extends ApiKeyMetaArguments {
  /** The service that uses the key: letters, digits, `.`, `_` and `-`. The key's name is `service-environment`. */
  readonly service: string;
  /** The environment that the service runs in: letters, digits, `.`, `_` and `-`. The same as the provider's, if that has one. */
  readonly environment: string;
  /** Who answers for the key: a team's or a person's address. */
  readonly owner: string;
  /** What the key may do. At least one, because the API gives a key without scopes all of them. */
  readonly scopes: readonly string[];
  /**
   * The ids of the accounts that the key may act for.
   * @default - the key may act for all accounts of the workspace
   */
  readonly pinterestAccountIds?: readonly string[];
  /** When the key is rotated. */
  readonly rotation: ApiKeyRotation;
  /** Where the secret goes. At least one store, because the API shows a secret only once. */
  readonly deliverTo: readonly SecretStore[];
  /**
   * The report of a leak, such as `INC-42`. Set or changed, it turns the order round: every key of this name is revoked first,
   * and then a new one is created and delivered, so the service has no working key in between. Left as it is, or removed, it does
   * nothing. Kept in the state, so it must not be a secret.
   * @default - no leak is reported
   */
  readonly compromised?: string;
  /**
   * Whether a plan that destroys the key is refused. To take it off, deploy `false` first and destroy afterwards. Rotations go on.
   * @default false
   */
  readonly deletionProtection?: boolean | IResolvable;
  /**
   * Whether a destroy revokes the key even though it was used lately; without it such a plan is refused. It counts only once it
   * has been deployed. It does not lift `deletionProtection`, and it does not shorten a rotation.
   * @default false
   */
  readonly forceRevoke?: boolean | IResolvable;
}
