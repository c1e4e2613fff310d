/**
 * Rules about periods, overlaps, and keys that are older than they should be.
 */
import { replacedAt } from "../meaning/changes-of-key";
import { declaredTimes, declaredVerification } from "../meaning/declared-times";
import { dueInstant } from "../meaning/rotation-reasons";
import { known } from "../plan/shown";
import { sentence } from "../report/shown-schema";
import type { KeyRules } from "./key-rule";

export const timeRules: KeyRules = {
  "overlap-too-short": ({ report, planned }, { minOverlap }) => {
    const overlap = planned.after && declaredTimes(planned.after).overlap;
    if (!overlap || !minOverlap?.isLongerThan(overlap)) return [];
    return [
      sentence`The overlap of ${report.name} is ${overlap.toString()}, and at least ${minOverlap.toString()} is wanted.`,
    ];
  },
  "period-too-long": ({ report, planned }, { maxPeriod }) => {
    const period = planned.after && declaredTimes(planned.after).period;
    if (!period || !maxPeriod || !period.isLongerThan(maxPeriod)) return [];
    return [
      sentence`The rotation period of ${report.name} is ${period.toString()}, and at most ${maxPeriod.toString()} is allowed.`,
    ];
  },
  "key-overdue": ({ report, planned, plannedAt }, { maxOverdue }) => {
    if (planned.isDeposed || !planned.after || !planned.before) return [];
    const dueAt = dueInstant(planned);
    if (!dueAt || !plannedAt || plannedAt.isBefore(dueAt.plus(maxOverdue))) return [];
    const [main] = report.changes;
    const isRotated = main?.kind === "rotate" || main?.kind === "take-over";
    return [
      isRotated
        ? sentence`${report.name} has been due since ${dueAt.toString()}. This plan rotates it.`
        : sentence`${report.name} has been due since ${dueAt.toString()}, and this plan does not rotate it.`,
    ];
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
  "verification-off": ({ report, planned: { after } }) =>
    after && declaredVerification(after) === "time-only"
      ? [sentence`The verification of ${report.name} is time-only.`]
      : [],
};
