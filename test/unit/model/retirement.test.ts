import fc from "fast-check";
import { Duration } from "../../../src/model/duration";
import { Instant } from "../../../src/model/instant";
import {
  judgeRetirement,
  mayHoldBy,
  type RetiringEvidence,
  type SuccessorEvidence,
} from "../../../src/model/retirement";
import type { RotationPolicy, VerificationMode } from "../../../src/model/rotation-policy";

// Not on a border of a second, minute, hour or day, which an API that notes uses coarsely would print.
const start = Instant.parse("2026-03-01T12:34:56.789Z");
const at = (seconds: number | undefined) => (seconds === undefined ? undefined : start.plus(Duration.seconds(seconds)));

function policy(verification: VerificationMode): RotationPolicy {
  return {
    period: Duration.days(90),
    overlap: Duration.seconds(100),
    quietPeriod: Duration.seconds(30),
    overlapWait: Duration.minutes(5),
    verification,
  };
}

interface Case {
  readonly retiringUsed?: number;
  readonly successorCreated?: number;
  readonly successorUsed?: number;
  readonly proven?: number;
  readonly noticed?: number;
  readonly now: number;
}

function judge(
  { retiringUsed, successorCreated, successorUsed, proven, noticed, now }: Case,
  verification: VerificationMode = "evidence",
) {
  const retiring: RetiringEvidence = { lastUsedAt: at(retiringUsed) };
  const successor: SuccessorEvidence = {
    createdAt: at(successorCreated),
    lastUsedAt: at(successorUsed),
    provenAt: at(proven),
    noticedWithin: noticed === undefined ? undefined : Duration.seconds(noticed),
  };
  const verdict = judgeRetirement(retiring, successor, {
    policy: policy(verification),
    now: start.plus(Duration.seconds(now)),
  });
  return verdict.kind === "due" ? [] : verdict.missing.map(({ condition }) => condition);
}

const good: Case = { successorCreated: 0, proven: 1, noticed: 0, successorUsed: 90, retiringUsed: 60, now: 100 };

describe("a replaced key", () => {
  test.each<[string, Case, string[]]>([
    ["may go when all conditions hold", good, []],
    ["stays inside its overlap", { ...good, now: 99 }, ["overlap"]],
    ["stays while its successor is unused", { ...good, successorUsed: undefined as never }, ["successor-used"]],
    ["stays when only the proof has used its successor", { ...good, successorUsed: 1 }, ["successor-used"]],
    ["stays when nobody remembers the proof", { ...good, proven: undefined as never }, ["successor-used"]],
    ["stays while it is in use", { ...good, retiringUsed: 71 }, ["quiet"]],
    ["may go the instant it has been quiet for long enough", { ...good, retiringUsed: 70 }, []],
    ["may go when it was never used but its successor was", { ...good, retiringUsed: undefined as never }, []],
    [
      "stays when the API tells of no use at all",
      { ...good, retiringUsed: undefined as never, successorUsed: undefined as never, noticed: undefined as never },
      ["successor-used", "quiet"],
    ],
    ["stays while nobody knows how late the API notes uses", { ...good, noticed: undefined as never }, ["quiet"]],
    ["stays as much longer as the API may take to note a use", { ...good, noticed: 11 }, ["quiet"]],
    ["may go when the API has had that time as well", { ...good, noticed: 10 }, []],
    [
      "stays when nothing says when its successor was created",
      { ...good, successorCreated: undefined as never },
      ["overlap"],
    ],
  ])("%s", (_name, facts, missing) => {
    expect(judge(facts)).toEqual(missing);
  });

  const seconds = fc.integer({ min: 0, max: 400 });
  const facts = fc.record(
    {
      retiringUsed: seconds,
      successorCreated: seconds,
      successorUsed: seconds,
      proven: seconds,
      noticed: seconds,
      now: seconds,
    },
    { requiredKeys: ["now"] },
  );

  test("never goes inside its overlap, whatever the evidence and the mode", () => {
    fc.assert(
      fc.property(facts, fc.constantFrom<VerificationMode>("evidence", "time-only"), (some, mode) => {
        fc.pre(some.successorCreated === undefined || some.now < some.successorCreated + 100);
        expect(judge(some, mode)).toContain("overlap");
      }),
    );
  });

  test("never goes without evidence unless told so in writing", () => {
    fc.assert(
      fc.property(facts, (some) => {
        fc.pre(some.successorUsed === undefined || some.proven === undefined || some.successorUsed <= some.proven);
        expect(judge(some)).toContain("successor-used");
      }),
    );
    expect(judge({ successorCreated: 0, now: 100 }, "time-only")).toEqual([]);
  });

  test("never goes while it has been in use within the quiet period", () => {
    fc.assert(
      fc.property(facts, (some) => {
        fc.pre(some.retiringUsed !== undefined && some.now < some.retiringUsed + 30);
        expect(judge(some)).toContain("quiet");
      }),
    );
  });

  test("once it may go, stays so as time passes and nothing else happens", () => {
    fc.assert(
      fc.property(facts, seconds, (some, later) => {
        fc.pre(judge(some).length === 0);
        expect(judge({ ...some, now: some.now + later })).toEqual([]);
      }),
    );
  });
});

describe("a use that is noted coarsely", () => {
  const used = (text: string, now: string) =>
    judgeRetirement(
      { lastUsedAt: Instant.parse(text) },
      {
        createdAt: Instant.parse("2026-01-01T00:00:00Z"),
        provenAt: Instant.parse("2026-01-01T00:00:00Z"),
        lastUsedAt: Instant.parse("2026-01-02T00:00:00.5Z"),
        noticedWithin: { ms: 0 },
      },
      { policy: policy("evidence"), now: Instant.parse(now) },
    ).kind;

  test.each([
    ["by the millisecond", "2026-03-01T12:34:56.789Z", "2026-03-01T12:35:26.788Z", "2026-03-01T12:35:26.789Z"],
    ["by the second", "2026-03-01T12:34:56Z", "2026-03-01T12:35:26.999Z", "2026-03-01T12:35:27Z"],
    ["by the minute", "2026-03-01T12:34:00Z", "2026-03-01T12:35:29Z", "2026-03-01T12:35:30Z"],
    ["by the hour", "2026-03-01T12:00:00Z", "2026-03-01T13:00:29Z", "2026-03-01T13:00:30Z"],
    ["by the day", "2026-03-01T00:00:00Z", "2026-03-02T00:00:29Z", "2026-03-02T00:00:30Z"],
  ])("%s counts as late as it may have been", (_name, lastUsed, stillKept, due) => {
    expect([used(lastUsed, stillKept), used(lastUsed, due)]).toEqual(["kept", "due"]);
  });
});

describe("waiting for the end of an overlap", () => {
  const missing = (until: number | "traffic" | "unknowable") =>
    ({
      condition: "overlap",
      reason: "",
      until: typeof until === "number" ? start.plus(Duration.seconds(until)) : until,
    }) as const;

  test.each<[string, readonly (number | "traffic" | "unknowable")[], number, boolean]>([
    ["all hold in time", [10, 20], 20, true],
    ["one holds too late", [10, 21], 20, false],
    ["traffic may still come", [10, "traffic"], 20, true],
    ["no waiting will tell", [10, "unknowable"], 20, false],
    ["nothing is missing", [], 0, true],
  ])("is worth while or not when %s", (_name, instants, deadline, worthwhile) => {
    expect(mayHoldBy(instants.map(missing), start.plus(Duration.seconds(deadline)))).toBe(worthwhile);
  });
});
