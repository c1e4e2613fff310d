/**
 * What is wrong with the life of a service's keys, as the log tells it: one key at the end, and before it none that ended too early.
 */
import type { GenerationTimeline } from "./timeline";

/** What must have happened to the keys of one service. */
export interface ExpectedLife {
  readonly logicalName: string;
  readonly generations: number;
  /** How many of them were taken out of service by a roll-back. */
  readonly rolledBack: number;
  /** How long a key must have been quiet before it is revoked. */
  readonly quietMs: number;
}

export function timelineProblems(
  timelines: readonly GenerationTimeline[],
  { logicalName, generations, rolledBack, quietMs }: ExpectedLife,
): readonly string[] {
  const ours = timelines.filter((each) => each.logicalName === logicalName);
  const ended = ours.filter(({ revokedAt }) => revokedAt !== undefined);
  const problems = ended.flatMap((each) => endProblems(each, ours, quietMs));
  const wereRolledBack = ours.filter(({ phases }) => phases.some(({ phase }) => phase === "rolledback")).length;
  if (ours.length !== generations) problems.push(`has had ${ours.length} generations, not ${generations}`);
  if (wereRolledBack !== rolledBack) problems.push(`was rolled back ${wereRolledBack} times, not ${rolledBack}`);
  if (ours.some(({ usedAt }) => usedAt.length === 0)) problems.push("has a generation that was never used");
  const staying = ours.filter((each) => !ended.includes(each));
  if (staying.length !== 1 || staying[0]?.phases.at(-1)?.phase !== "active")
    problems.push("is not left with one active key");
  return problems.map((problem) => `${logicalName} ${problem}`);
}

/** A key may end only after it was taken out of service, another one was used since, and it has been quiet. */
function endProblems(
  { keyId, phases, usedAt, revokedAt }: GenerationTimeline,
  ours: readonly GenerationTimeline[],
  quietMs: number,
): string[] {
  const last = phases.at(-1);
  const usedLast = usedAt.at(-1);
  if (!revokedAt || !last || last.phase === "active") return [`had the key ${keyId} revoked while it was active`];
  const isReplaced = ours.some(
    (other) => other.keyId !== keyId && other.usedAt.some((use) => use.isAfter(last.at) && use.isBefore(revokedAt)),
  );
  return [
    ...(isReplaced ? [] : [`had the key ${keyId} revoked before another one was in use`]),
    ...(usedLast && usedLast.msUntil(revokedAt) < quietMs ? [`had the key ${keyId} revoked before it was quiet`] : []),
  ];
}
