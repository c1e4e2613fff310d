/**
 * Rules about keys that are older than they should be.
 */
import { replacedAt } from "../meaning/changes-of-key";
import { declaredTimes } from "../../policy/declared-times";
import { dueInstant } from "../meaning/rotation-reasons";
import { known } from "../../policy/shown";
import { sentence } from "../../policy/sentence";
import type { KeyRules } from "./key-rule";

export const timeRules: KeyRules = {
  "key-overdue": ({ report, planned, plannedAt }, { maxOverdue }) => {
    if (planned.isDeposed || !planned.after || !planned.before) return [];
    const dueAt = dueInstant(planned);
    if (!dueAt || !plannedAt || plannedAt.isBefore(dueAt.plus(maxOverdue))) return [];
    const [main] = report.changes;
    // A denial would keep away the very rotation that is overdue.
    if (main?.kind === "rotate" || main?.kind === "take-over") return [];
    return [sentence`${report.name} has been due since ${dueAt.toString()}, and this plan does not rotate it.`];
  },
  "overlap-too-long": ({ report, planned: { before, after }, plannedAt }) => {
    const { maxOverlap } = after ? declaredTimes(after) : {};
    if (!before || !after || !maxOverlap || !plannedAt) return [];
    const staying = known(after.retiring)?.map(({ id }) => known(id));
    return (known(before.retiring) ?? [])
      .filter(({ id }) => staying?.includes(known(id)) ?? true)
      .flatMap((key) => {
        const since = replacedAt(key);
        if (!since || plannedAt.isBefore(since.plus(maxOverlap))) return [];
        return [
          sentence`The key ${key.id} of ${report.name} was replaced at ${since.toString()}, longer than max_overlap (${maxOverlap.toString()}) ago, and still works.`,
        ];
      });
  },
};
