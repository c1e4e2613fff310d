/**
 * Rules about the end of keys, and about services that are left without one.
 */
import type { ReviewedKey } from "../meaning/report-of-key";
import { declaredVerification } from "../../policy/declared-times";
import { isHidden, known } from "../../policy/shown";
import { sentence } from "../../policy/sentence";
import type { KeyRules } from "./key-rule";

/** A destruction, or a rename, which ends the old name. */
function endsLogicalKey({ report }: ReviewedKey): boolean {
  const [main] = report.changes;
  return main?.kind === "destroy" || main?.kind === "rename";
}

/** The reason why the provider lets the key go without a look at evidence, or may. What is not shown may say anything. */
function withoutEvidence({ planned: { before } }: ReviewedKey): string | undefined {
  if (!before) return undefined;
  if (known(before.forceRevoke) === true) return "force_revoke is set";
  if (declaredVerification(before) === "time-only") return "its verification is time-only";
  if (isHidden(before.forceRevoke)) return "its force_revoke is not shown";
  return isHidden(before.verification) ? "its verification is not shown" : undefined;
}

/** One that was imported, and never applied, is left alone by its destruction. */
function wasApplied({ planned: { before } }: ReviewedKey): boolean {
  return before?.service !== null;
}

export const endRules: KeyRules = {
  "destroy-in-use": (key) => {
    if (!endsLogicalKey(key) || !wasApplied(key)) return [];
    const [main] = key.report.changes;
    const name = main?.kind === "rename" ? main.from : key.report.name;
    if (known(key.planned.before?.forceRevoke ?? null) === true)
      return [sentence`The apply revokes ${name} whether it is in use or not, since force_revoke is set.`];
    const reason = withoutEvidence(key);
    if (reason === undefined) return [];
    return [sentence`The apply may revoke ${name} without evidence that it is not in use, since ${reason}.`];
  },
  "last-key-ends": (key) => {
    if (!endsLogicalKey(key) || withoutEvidence(key) !== undefined) return [];
    const { name } = key.report;
    if (!wasApplied(key)) return [];
    const [main] = key.report.changes;
    return main?.kind === "rename"
      ? [sentence`The name ${main.from} goes, and ${main.to} is another key with another secret, without an overlap.`]
      : [sentence`${name} is revoked, and has no successor.`];
  },
  "revoke-before-create": ({ report, planned }) =>
    planned.action === "delete-then-create"
      ? [sentence`The plan ends ${report.name} first, and makes the new key after that.`]
      : [],
  "service-interrupted": ({ report }) => {
    const [main] = report.changes;
    if (main?.kind === "create" && main.isRecreation) {
      return [
        sentence`${report.name} was revoked outside of this configuration, and whoever has its secret is refused since; the apply makes a new one.`,
      ];
    }
    if (main?.kind !== "rotate" || main.order !== "revoke-first") return [];
    const reason = main.reasons.find(({ kind }) => kind === "compromised");
    if (reason?.kind !== "compromised") return [];
    return [
      sentence`Because of the leak ${reason.report}, every key of ${report.name} is revoked first (${reason.revoked.length} of them), and a new one is made after that.`,
    ];
  },
  "key-forgotten": ({ report, planned: { action, before, isDeposed } }) => {
    if (action === "forget" || action === "create-then-forget") {
      return [sentence`The key ${before?.id ?? null} of ${report.name} is taken out of the state, and keeps working.`];
    }
    if (action !== "delete" || isDeposed) return [];
    return (known(before?.retiring ?? null) ?? []).map(
      ({ id }) =>
        sentence`The replaced key ${id} of ${report.name} is revoked with it only if it is not in use; else it works on.`,
    );
  },
  "guard-lifted": ({ report, planned: { before, after } }) => {
    if (!after) return [];
    const wasProtected = known(before?.deletionProtection ?? null) === true;
    const wasForced = known(before?.forceRevoke ?? null) === true;
    return [
      ...(wasProtected && known(after.deletionProtection) !== true
        ? [sentence`deletion_protection of ${report.name} is taken off.`]
        : []),
      ...(!wasForced && known(after.forceRevoke) === true
        ? [sentence`force_revoke is set for ${report.name}: a later destroy revokes it whether it is in use or not.`]
        : []),
    ];
  },
};
