/**
 * The public face of keyturn: the constructs, and the values that they take.
 */
export { ApiKey } from "./constructs/api-key";
export type { ApiKeyMetaArguments, ApiKeyProps, ApiKeyRotation } from "./constructs/api-key-props";
export { ApiKeySecret, type ApiKeySecretProps } from "./constructs/api-key-secret";
export type { HttpProbeEvidence, KeyturnEvidence, PrometheusEvidence } from "./constructs/evidence-props";
export { KeyPolicies, type KeyPolicyOptions } from "./constructs/key-policies";
export type { KeyPolicy, KeyPolicyException, KeyPolicySettings, KeyPolicyThresholds } from "./constructs/key-policy";
export { KeyturnProvider, type KeyturnLogin, type KeyturnProviderProps } from "./constructs/keyturn-provider";
export type { OwnerEvent } from "./constructs/owner-event-list";
export { OwnerEvents } from "./constructs/owner-events";
export { Rollout, type RolloutProps } from "./constructs/rollout";
export { SecretStore } from "./constructs/secret-store";
export { systemClock, type Clock } from "./model/clock";
export { Duration } from "./model/duration";
export { KeyturnError, type ErrorCode } from "./model/error";
export { Instant } from "./model/instant";
export type { VerificationMode } from "./model/rotation-policy";
export { Secret } from "./model/secret";
export type { RuleLevel } from "./policy/policy-schema";
export type { RuleId } from "./policy/rules";
