/**
 * The rules: what each is called, what it does without a policy, why it matters, and what to do.
 *
 * Ids are public: policies and exceptions name them, and code hosts track findings by them. They are never reused or renamed.
 */
interface Rule {
  /** What a finding does if the policy does not say. */
  readonly severity: "deny" | "warn" | "note";
  readonly title: string;
  readonly why: string;
  readonly remedy: string;
}

export const rules = {
  "plan-not-whole": {
    severity: "deny",
    title: "The plan is not whole",
    why: "Planning failed or left something out, so this review has not seen everything that will happen.",
    remedy: "Correct what the plan complains of, and plan again: all of the stack, without -target and -refresh-only.",
  },
  "destroy-in-use": {
    severity: "deny",
    title: "A key that may be in use is destroyed",
    why: "Nobody has looked whether a service still uses it. Whoever does is refused from the apply on.",
    remedy:
      "Take off force_revoke, or verification time-only, so that evidence decides; or see to it that nobody uses the key, and record an exception.",
  },
  "last-key-ends": {
    severity: "warn",
    title: "The last key of a name ends",
    why: "Nobody was seen to use the key when the plan was made, but nothing takes its place: a service that comes back has no key.",
    remedy: "Check that the service is gone, or has a key under another name.",
  },
  "revoke-before-create": {
    severity: "deny",
    title: "The key ends before its successor exists",
    why: "Between the two the service has no key that works. That is right for a leak only.",
    remedy:
      "Set create_before_destroy on the key. For a key that only has another address, say so with moveTo, a moved block, or importFrom.",
  },
  "create-before-destroy-missing": {
    severity: "deny",
    title: "create_before_destroy is missing",
    why: "The next rotation would end the old key first, so the provider refuses it, and the key grows old.",
    remedy: "Set create_before_destroy = true in the lifecycle of the key. The constructs do so by themselves.",
  },
  "service-interrupted": {
    severity: "warn",
    title: "A service has no key for a while",
    why: "Until a new key is delivered and read, its requests are refused.",
    remedy: "Tell those who run the service, and have it read its secret again right after the apply.",
  },
  "scopes-widened": {
    severity: "warn",
    title: "The key may do more than before",
    why: "Whoever holds the secret, or has a copy of it, may do more from the apply on.",
    remedy: "Check that the service needs it. Give a new task a key of its own where you can.",
  },
  "all-scopes": {
    severity: "warn",
    title: "The key may do everything",
    why: "A leak of this one key is a leak of the whole workspace.",
    remedy: "Leave out the scopes that the service does not need.",
  },
  "secret-in-state": {
    severity: "warn",
    title: "The secret is kept in Terraform's state",
    why: "Everybody who can read the state, or a copy of it, can read the secret, and the key cannot be rolled back.",
    remedy: "Deliver it to an encrypted file instead.",
  },
  "overlap-too-short": {
    severity: "deny",
    title: "The overlap is shorter than the policy allows",
    why: "A service that reads its secret seldom may still have the old one when that is revoked.",
    remedy: "Declare a longer overlap.",
  },
  "period-too-long": {
    severity: "deny",
    title: "The rotation period is longer than the policy allows",
    why: "A secret that was copied without anybody noticing works until the key is rotated.",
    remedy: "Declare a shorter rotation period.",
  },
  "owner-missing": {
    severity: "deny",
    title: "The key has no owner",
    why: "When it leaks, or is in the way, nobody knows whom to ask.",
    remedy: "Name a team or a person as the owner.",
  },
  "owner-not-allowed": {
    severity: "deny",
    title: "The owner is not one that the policy allows",
    why: "A typing error, or somebody who has left, is nobody to turn to.",
    remedy: "Name an owner of the policy's list, or add this one to it.",
  },
  "one-key-for-several": {
    severity: "warn",
    title: "One key seems to serve several",
    why: "Services that share a key cannot be told apart: one leak stops them all, and evidence of use does not say whose it is.",
    remedy:
      "Declare a key for each service. If the places belong to one service, raise maxTargets or record an exception.",
  },
  "key-overdue": {
    severity: "warn",
    title: "The key is overdue",
    why: "It has been in use longer than its owner wanted: nobody has deployed in time, or a rotation has failed.",
    remedy: "Deploy, and have a schedule do it daily.",
  },
  "overlap-too-long": {
    severity: "warn",
    title: "A replaced key has outlived its longest overlap",
    why: "Two secrets open the same door, and the older one was meant to be gone by now.",
    remedy: "Find out who still uses the old key; every plan says what it waits for. Revoke it by hand if nobody does.",
  },
  "verification-off": {
    severity: "warn",
    title: "Replaced keys are revoked by the clock alone",
    why: "Nobody looks whether the old key is still in use. A service that has not read the new secret is cut off.",
    remedy: "Leave out verification, so that evidence decides.",
  },
  "guard-lifted": {
    severity: "warn",
    title: "A guard of the key is taken off",
    why: "After this apply a later plan may destroy the key although it is in use, or was protected.",
    remedy: "Check that its end is wanted.",
  },
  "declared-twice": {
    severity: "deny",
    title: "One key is declared twice",
    why: "Each of the two would replace the other's key, again and again.",
    remedy: "Take the key out of one of the configurations.",
  },
  "changed-outside": {
    severity: "warn",
    title: "The key was changed outside of its configuration",
    why: "Somebody has worked on it by hand, another state declares it too, or a run was cut short.",
    remedy: "Find out who it was, before the apply sets it right.",
  },
  "key-forgotten": {
    severity: "warn",
    title: "A key works on, and nothing manages it any more",
    why: "It is never rotated, and nobody is reminded of it.",
    remedy: "Revoke it, or declare it elsewhere and import it there.",
  },
  "not-judged": {
    severity: "note",
    title: "A part of the key could not be judged",
    why: "A value that is known only after apply, or is marked as sensitive, was not seen by any rule.",
    remedy: "Write the value out where it is no secret.",
  },
  "exception-over": {
    severity: "warn",
    title: "An exception of the policy has ended",
    why: "What it allowed is judged like everything else again.",
    remedy: "Correct what it was for, or have its owner renew it; then take it out of the policy.",
  },
} as const satisfies Readonly<Record<string, Rule>>;

export type RuleId = keyof typeof rules;

/** The ids of all rules, in the order in which they are described. */
export const ruleIds = Object.keys(rules) as [RuleId, ...RuleId[]];
