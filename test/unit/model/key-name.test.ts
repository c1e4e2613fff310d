import fc from "fast-check";
import { Instant } from "../../../src/model/instant";
import {
  logicalNameIn,
  maxLogicalNameLength,
  maxNameLength,
  nonceLength,
  phaseOf,
  phaseSince,
  taggedName,
} from "../../../src/model/key-name";
import { logicalKeyName, namePart } from "../../../src/model/logical-key";

const taggedPhases = ["pending", "retiring", "rolledBack"] as const;
const tag = { at: Instant.parse("2026-05-30T12:00:03.999Z"), nonce: "4f9a2c1b" };

describe("names on the API", () => {
  test.each([
    ["scheduler-prod", "active"],
    ["scheduler-prod~pending~abc123", "pending"],
    ["scheduler-prod~retiring~abc123", "retiring"],
    ["scheduler-prod~rolledback~abc123", "rolledBack"],
    ["scheduler-prod~retiring~20260530t120003z4f9a2c1b", "retiring"],
    [`scheduler-prod~retiring~${"a".repeat(32)}`, "retiring"],
    [`scheduler-prod~retiring~${"a".repeat(33)}`, undefined],
    ["scheduler-prod~rolledBack~abc123", undefined],
    ["scheduler-prod~retiring~", undefined],
    ["scheduler-prod~retiring", undefined],
    ["scheduler-prod~retiring~a~b", undefined],
    ["scheduler-prod~retiring~pending~a", undefined],
    ["scheduler-prod~retiring~ABC", undefined],
    ["scheduler-prod~retiring~a\n", undefined],
    ["scheduler-prod~revoked~abc", undefined],
    ["scheduler-prod~active~abc", undefined],
    ["scheduler-prod ", undefined],
    ["Scheduler-prod", undefined],
    ["scheduler-prod2", undefined],
    ["scheduler-prod2~retiring~abc", undefined],
    ["my-scheduler-prod", undefined],
    ["", undefined],
  ])("gives %p the phase %p", (name, phase) => {
    expect(phaseOf(name, "scheduler-prod")).toBe(phase);
  });

  test.each([
    ["pending", "scheduler-prod~pending~20260530t120003z4f9a2c1b"],
    ["retiring", "scheduler-prod~retiring~20260530t120003z4f9a2c1b"],
    ["rolledBack", "scheduler-prod~rolledback~20260530t120003z4f9a2c1b"],
  ] as const)("tell the phase %s and since when, to the second", (phase, name) => {
    expect(taggedName("scheduler-prod", phase, tag)).toBe(name);
    expect(phaseSince(name)?.toString()).toBe("2026-05-30T12:00:03Z");
  });

  test.each([
    ["an active key", "scheduler-prod"],
    ["a tag without a date", "scheduler-prod~retiring~abc123"],
    ["a date without a nonce", "scheduler-prod~retiring~20260530t120003z"],
    ["a nonce that is too short", "scheduler-prod~retiring~20260530t120003z4f9a2c1"],
    ["a nonce that is too long", "scheduler-prod~retiring~20260530t120003z4f9a2c1b0"],
    ["a nonce that is not hexadecimal", "scheduler-prod~retiring~20260530t120003z4f9a2c1g"],
    ["a thirteenth month", "scheduler-prod~retiring~20261330t120003z4f9a2c1b"],
    ["a twenty-fifth hour", "scheduler-prod~retiring~20260530t250003z4f9a2c1b"],
    ["a phase that does not exist", "scheduler-prod~revoked~20260530t120003z4f9a2c1b"],
    ["something after the tag", "scheduler-prod~retiring~20260530t120003z4f9a2c1b~x"],
  ])("do not tell since when with %s", (_name, name) => {
    expect(phaseSince(name)).toBeUndefined();
  });

  test.each([
    ["scheduler-prod", "scheduler-prod"],
    ["scheduler-prod~retiring~abc", "scheduler-prod"],
    ["scheduler-prod~whatever", "scheduler-prod"],
    ["~x", ""],
  ])("%p begin with the logical name %p", (name, logicalName) => {
    expect(logicalNameIn(name)).toBe(logicalName);
  });

  const part = fc.stringMatching(/^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,20}[A-Za-z0-9])?$/);
  const anyTag = fc.record({
    at: fc.integer({ min: 0, max: 253_402_300_799_999 }).map((epochMs) => Instant.ofEpochMs(epochMs)),
    nonce: fc.stringMatching(new RegExp(`^[0-9a-f]{${nonceLength}}$`)),
  });

  test("are read back as they were made, for every logical key", () => {
    fc.assert(
      fc.property(part, part, fc.constantFrom(...taggedPhases), anyTag, (service, environment, phase, some) => {
        const logicalName = logicalKeyName({ service, environment });
        const name = taggedName(logicalName, phase, some);
        expect(phaseOf(logicalName, logicalName)).toBe("active");
        expect(phaseOf(name, logicalName)).toBe(phase);
        expect(logicalNameIn(name)).toBe(logicalName);
        expect(phaseSince(name)?.epochMs).toBe(some.at.epochMs - (some.at.epochMs % 1000));
      }),
    );
  });

  test("belong to one logical key at most, in every phase", () => {
    fc.assert(
      fc.property(part, part, part, part, anyTag, (service, environment, otherService, otherEnvironment, some) => {
        const name = logicalKeyName({ service, environment });
        const other = logicalKeyName({ service: otherService, environment: otherEnvironment });
        fc.pre(name !== other);
        for (const ours of [name, ...taggedPhases.map((phase) => taggedName(name, phase, some))]) {
          expect(phaseOf(ours, other)).toBeUndefined();
        }
      }),
    );
  });

  test("fit into the API's limit in every phase", () => {
    const longest = "x".repeat(maxLogicalNameLength);
    const lengths = taggedPhases.map((phase) => taggedName(longest, phase, tag).length);
    expect(Math.max(...lengths)).toBe(maxNameLength);
  });

  test.each(["a", "scheduler", "admin-jobs", "v1.2_beta"])("may be made of %p", (text) => {
    expect(namePart.pattern.test(text)).toBe(true);
  });

  test.each(["", "two words", "a~b", "-a", "a-", "ä", "a/b", "a\n", "a\u202eb"])("may not be made of %p", (text) => {
    expect(namePart.pattern.test(text)).toBe(false);
  });
});
