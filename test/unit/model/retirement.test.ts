import fc from "fast-check";
import { Duration } from "../../../src/model/duration";
import { lastUsedObservation, type Observation } from "../../../src/model/evidence";
import { Instant } from "../../../src/model/instant";
import {
  judgeRetirement,
  mayHoldBy,
  tookOverAt,
  type MissingCondition,
  type SuccessorEvidence,
} from "../../../src/model/retirement";
import type { VerificationMode } from "../../../src/model/rotation-policy";
import { at, said, shortPolicy, taggedSince, type Said } from "../../support/judgement";

/** All in seconds after the start. */
interface Case {
  readonly retiringUsed?: number | undefined;
  /** Since when its name says that it is replaced. A name tells seconds only, so that is a part of a second earlier. */
  readonly replaced?: number | undefined;
  readonly successorCreated?: number | undefined;
  readonly successorUsed?: number | undefined;
  readonly proven?: number | undefined;
  /** How long the API takes to note a use. */
  readonly noticed?: number | undefined;
  /** What further sources say of the replaced key. */
  readonly more?: readonly Said[];
  /** What further sources say of its successor. */
  readonly moreOnSuccessor?: readonly Said[];
  readonly now: number;
}

const atOrUnknown = (seconds: number | undefined) => (seconds === undefined ? undefined : at(seconds));

function missingConditions(facts: Case, verification: VerificationMode = "evidence"): readonly MissingCondition[] {
  const now = at(facts.now);
  const noticedWithin = facts.noticed === undefined ? undefined : Duration.seconds(facts.noticed);
  const lastUsed = (seconds: number | undefined): Observation =>
    lastUsedObservation(atOrUnknown(seconds), { noticedWithin, now });
  const successor: SuccessorEvidence = {
    createdAt: atOrUnknown(facts.successorCreated),
    provenAt: atOrUnknown(facts.proven),
    observations: [lastUsed(facts.successorUsed), ...(facts.moreOnSuccessor ?? []).map(said)],
  };
  const retiring = {
    name: taggedSince("retiring", facts.replaced),
    observations: [lastUsed(facts.retiringUsed), ...(facts.more ?? []).map(said)],
  };
  const verdict = judgeRetirement(retiring, successor, { policy: shortPolicy({ verification }), now });
  return verdict.kind === "due" ? [] : verdict.missing;
}

function judge(facts: Case, verification?: VerificationMode): string[] {
  return missingConditions(facts, verification).map(({ condition }) => condition);
}

const good: Case = { successorCreated: 0, proven: 1, noticed: 0, successorUsed: 90, retiringUsed: 60, now: 100 };
const unusedSuccessor = { ...good, successorUsed: undefined };

describe("a replaced key", () => {
  test.each<[string, Case, string[]]>([
    ["may go when all conditions hold", good, []],
    ["stays inside its overlap", { ...good, now: 99.999 }, ["overlap"]],
    ["stays while its successor is unused", unusedSuccessor, ["successor-used"]],
    ["stays when only the proof has used its successor", { ...good, successorUsed: 1 }, ["successor-used"]],
    ["stays when nobody remembers the proof, nor when it was", { ...good, proven: undefined }, ["successor-used"]],
    [
      "stays when nobody remembers the proof, though its name tells when it was replaced",
      { ...good, proven: undefined, replaced: 0 },
      ["successor-used"],
    ],
    ["stays inside the overlap since it was renamed", { ...good, replaced: 50, now: 149 }, ["overlap"]],
    ["may go when the overlap since it was renamed is over", { ...good, replaced: 50, now: 149.211 }, []],
    ["stays inside the overlap of a later successor", { ...good, replaced: -50, now: 99 }, ["overlap"]],
    [
      "stays when its successor was used only before the rename",
      { ...good, replaced: 92, now: 200 },
      ["successor-used"],
    ],
    ["stays while it is in use", { ...good, retiringUsed: 70.001 }, ["quiet"]],
    ["may go the instant it has been quiet for long enough", { ...good, retiringUsed: 70 }, []],
    ["may go when it was never used but its successor was", { ...good, retiringUsed: undefined }, []],
    [
      "stays when the API tells of no use at all",
      { ...good, retiringUsed: undefined, successorUsed: undefined, noticed: undefined },
      ["successor-used", "quiet"],
    ],
    ["stays while nobody knows how late the API notes uses", { ...good, noticed: undefined }, ["quiet"]],
    ["stays as much longer as the API may take to note a use", { ...good, noticed: 11 }, ["quiet"]],
    ["may go when the API has had that time as well", { ...good, noticed: 10 }, []],
    ["stays when nothing says when its successor was created", { ...good, successorCreated: undefined }, ["overlap"]],
    ["stays when another source knows of a later use", { ...good, more: [{ used: 95, watched: [0, 100] }] }, ["quiet"]],
    ["may go when another source knows of an earlier use", { ...good, more: [{ used: 50, watched: [0, 100] }] }, []],
    [
      "may go when another source watches while the API does not tell",
      { ...good, noticed: undefined, more: [{ watched: [0, 100] }] },
      [],
    ],
    [
      "stays when the other source has not watched for long enough",
      { ...good, retiringUsed: undefined, noticed: undefined, more: [{ watched: [71, 100] }] },
      ["quiet"],
    ],
    [
      "may go when another source knows that its successor is in use",
      { ...unusedSuccessor, moreOnSuccessor: [{ used: 90 }] },
      [],
    ],
    ["stays when a source on it does not answer", { ...good, more: [{ problem: "Prometheus is away" }] }, ["answers"]],
    [
      "stays when a source on its successor does not answer",
      { ...good, moreOnSuccessor: [{ problem: "Prometheus is away" }] },
      ["answers"],
    ],
    [
      "stays for all reasons at once",
      { more: [{ problem: "Prometheus is away" }], now: 0 },
      ["overlap", "answers", "successor-used", "quiet"],
    ],
  ])("%s", (_name, facts, missing) => {
    expect(judge(facts)).toEqual(missing);
  });

  test.each<[string, Case, string[]]>([
    ["stays inside its overlap", { successorCreated: 0, now: 99.999 }, ["overlap"]],
    ["stays when nothing says when the overlap began", { now: 1000 }, ["overlap"]],
    ["goes without evidence", { successorCreated: 0, now: 100 }, []],
    ["goes although it is in use", { ...good, retiringUsed: 100 }, []],
    ["goes although a source does not answer", { ...good, more: [{ problem: "Prometheus is away" }] }, []],
  ])("that time alone ends %s", (_name, facts, missing) => {
    expect(judge(facts, "time-only")).toEqual(missing);
  });

  test.each<[string, Case, Partial<MissingCondition>]>([
    [
      "in its overlap",
      { ...good, now: 99 },
      { reason: "the overlap of 100s lasts until 2026-03-01T12:36:36.789Z", until: at(100) },
    ],
    [
      "whose overlap nobody knows",
      { ...good, successorCreated: undefined },
      { reason: "nothing says when its successor took over", until: "unknowable" },
    ],
    [
      "whose successor nobody has used",
      unusedSuccessor,
      {
        reason: "there is no sign that its successor has been used since it was delivered at 2026-03-01T12:34:57.789Z",
        until: "traffic",
      },
    ],
    [
      "whose successor only the proof has used",
      { ...good, successorUsed: 1 },
      {
        reason:
          "its successor has not been used since it was delivered at 2026-03-01T12:34:57.789Z, as far as can be told",
        until: "traffic",
      },
    ],
    [
      "whose successor came nobody knows when",
      { ...good, proven: undefined },
      { reason: "nothing says which uses of its successor were keyturn's own", until: "unknowable" },
    ],
    [
      "with a source that does not answer, asked about two keys",
      { ...good, more: [{ problem: "Prometheus is away" }], moreOnSuccessor: [{ problem: "Prometheus is away" }] },
      { reason: "Prometheus is away", until: "traffic" },
    ],
    [
      "with two sources that do not answer",
      { ...good, more: [{ problem: "Prometheus is away" }], moreOnSuccessor: [{ problem: "the probe is slow" }] },
      { reason: "the probe is slow, and Prometheus is away", until: "traffic" },
    ],
    [
      "that is in use",
      { ...good, retiringUsed: 95 },
      { reason: "it was last used at 2026-03-01T12:36:31.789Z, and must be quiet for 30s", until: at(125) },
    ],
    [
      "that is in use, where uses are noted late",
      { ...good, retiringUsed: 95, noticed: 7 },
      { reason: "it was last used at 2026-03-01T12:36:31.789Z, and must be quiet for 30s", until: at(132) },
    ],
    [
      "that is watched too short a time",
      { ...good, retiringUsed: undefined, noticed: undefined, more: [{ watched: [80, 98] }] },
      {
        reason: "its use has been watched only since 2026-03-01T12:36:16.789Z, and it must be quiet for 30s",
        until: at(112),
      },
    ],
    [
      "of which nobody can tell",
      { ...good, retiringUsed: undefined, noticed: undefined, more: [{}] },
      {
        reason:
          "nothing tells whether it is in use: the silence of last_used_at and the log means nothing, as far as has been seen",
        until: "unknowable",
      },
    ],
    [
      "that was used, while nobody knows how late uses are noted",
      { ...good, noticed: undefined },
      {
        reason:
          "nothing tells whether it is in use: the silence of last_used_at means nothing, as far as has been seen",
        until: "traffic",
      },
    ],
  ])("%s stays, and it is said why and until when", (_name, facts, expected) => {
    expect(missingConditions(facts)).toEqual([expect.objectContaining(expected)]);
  });

  const seconds = fc.integer({ min: 0, max: 400 });
  const facts: fc.Arbitrary<Case> = fc.record(
    {
      retiringUsed: seconds,
      replaced: seconds,
      successorCreated: seconds,
      successorUsed: seconds,
      proven: seconds,
      noticed: seconds,
      now: seconds,
    },
    { requiredKeys: ["now"] },
  );

  /** The later one, as far as anybody knows. The name of a replaced key tells less than a second too early. */
  function later(known: number | undefined, replaced: number | undefined): number | undefined {
    const instants = [known, replaced === undefined ? undefined : replaced - 1].filter((each) => each !== undefined);
    return instants.length === 0 ? undefined : Math.max(...instants);
  }

  test("never goes inside its overlap, whatever the evidence and the mode", () => {
    fc.assert(
      fc.property(facts, fc.constantFrom<VerificationMode>("evidence", "time-only"), (some, mode) => {
        const since = later(some.successorCreated, some.replaced);
        fc.pre(since === undefined || some.now < since + 100);
        expect(judge(some, mode)).toContain("overlap");
      }),
    );
  });

  test("never goes without evidence unless told so in writing", () => {
    fc.assert(
      fc.property(facts, (some) => {
        const since = later(some.proven, some.replaced);
        fc.pre(since === undefined || some.successorUsed === undefined || some.successorUsed <= since);
        expect(judge(some)).toContain("successor-used");
      }),
    );
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
    // Drawn so that most of them may go.
    const mostlyGood = facts.map((some): Case => ({ ...good, retiringUsed: some.retiringUsed, now: 100 + some.now }));
    fc.assert(
      fc.property(mostlyGood, seconds, (some, later) => {
        fc.pre(judge(some).length === 0);
        expect(judge({ ...some, now: some.now + later })).toEqual([]);
      }),
    );
  });
});

describe("a successor took over", () => {
  test.each<[string, number | undefined, number | undefined, number | undefined]>([
    ["when it was created, if no name tells", undefined, 5, 5],
    ["when the other was renamed, if that came later", 20, 5, 19.211],
    ["when it was created, if that came later", 20, 25, 25],
    ["when the other was renamed, if nobody knows its creation", 20, undefined, 19.211],
    ["nobody knows when", undefined, undefined, undefined],
  ])("%s", (_name, replaced, createdAt, expected) => {
    const name = taggedSince("retiring", replaced);
    expect(tookOverAt({ name }, { createdAt: atOrUnknown(createdAt) })).toEqual(atOrUnknown(expected));
  });

  test("nobody knows when, if it is the older one and no name tells", () => {
    const name = taggedSince("rolledback");
    expect(tookOverAt({ name, createdAt: at(5) }, { createdAt: at(1) })).toBeUndefined();
    expect(tookOverAt({ name, createdAt: at(1) }, { createdAt: at(5) })).toEqual(at(5));
  });
});

describe("a use that is noted coarsely", () => {
  const used = (text: string, now: string) => {
    const context = { noticedWithin: { ms: 0 }, now: Instant.parse(now) };
    return judgeRetirement(
      { name: taggedSince("retiring"), observations: [lastUsedObservation(Instant.parse(text), context)] },
      {
        createdAt: Instant.parse("2026-01-01T00:00:00Z"),
        provenAt: Instant.parse("2026-01-01T00:00:00Z"),
        observations: [lastUsedObservation(Instant.parse("2026-01-02T00:00:00.5Z"), context)],
      },
      { policy: shortPolicy(), now: context.now },
    ).kind;
  };

  test.each([
    ["by the millisecond", "2026-03-01T12:34:56.789Z", "2026-03-01T12:35:26.788Z", "2026-03-01T12:35:26.789Z"],
    ["by the second", "2026-03-01T12:34:56Z", "2026-03-01T12:35:26.999Z", "2026-03-01T12:35:27Z"],
    ["by the minute", "2026-03-01T12:34:00Z", "2026-03-01T12:35:29Z", "2026-03-01T12:35:30Z"],
    ["by the hour", "2026-03-01T11:00:00Z", "2026-03-01T12:00:29Z", "2026-03-01T12:00:30Z"],
    ["by the day", "2026-03-01T00:00:00Z", "2026-03-02T00:00:29Z", "2026-03-02T00:00:30Z"],
  ])("%s counts as late as it may have been", (_name, lastUsed, stillKept, due) => {
    expect([used(lastUsed, stillKept), used(lastUsed, due)]).toEqual(["kept", "due"]);
  });
});

describe("waiting for the end of an overlap", () => {
  const missing = (until: number | "traffic" | "unknowable"): MissingCondition => ({
    condition: "overlap",
    reason: "",
    until: typeof until === "number" ? at(until) : until,
  });

  test.each<[string, readonly (number | "traffic" | "unknowable")[], number, boolean]>([
    ["all hold in time", [10, 20], 20, true],
    ["one holds too late", [10, 21], 20, false],
    ["traffic may still come", [10, "traffic"], 20, true],
    ["no waiting will tell", [10, "unknowable"], 20, false],
    ["nothing is missing", [], 0, true],
  ])("is worth while or not when %s", (_name, instants, deadline, worthwhile) => {
    expect(mayHoldBy(instants.map(missing), at(deadline))).toBe(worthwhile);
  });
});
