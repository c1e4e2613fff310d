import fc from "fast-check";
import {
  maxLogicalNameLength,
  maxNameLength,
  nonceLength,
  pendingName,
  phaseOf,
  retiringName,
} from "../../../src/model/key-name";
import { logicalKeyName, namePart } from "../../../src/model/logical-key";

describe("names on the API", () => {
  test.each([
    ["scheduler-prod", "active"],
    ["scheduler-prod~pending~abc123", "pending"],
    ["scheduler-prod~retiring~abc123", "retiring"],
    ["scheduler-prod~retiring~", undefined],
    ["scheduler-prod~retiring~a~b", undefined],
    ["scheduler-prod~retiring~ABC", undefined],
    ["scheduler-prod~revoked~abc", undefined],
    ["scheduler-prod ", undefined],
    ["Scheduler-prod", undefined],
    ["scheduler-prod2", undefined],
    ["my-scheduler-prod", undefined],
    ["", undefined],
  ])("gives %p the phase %p", (name, phase) => {
    expect(phaseOf(name, "scheduler-prod")).toBe(phase);
  });

  const part = fc.stringMatching(/^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,20}[A-Za-z0-9])?$/);
  const nonce = fc.stringMatching(new RegExp(`^[a-z0-9]{${nonceLength}}$`));

  test("are read back as they were made, for every logical key", () => {
    fc.assert(
      fc.property(part, part, nonce, (service, environment, suffix) => {
        const name = logicalKeyName({ service, environment });
        expect(phaseOf(name, name)).toBe("active");
        expect(phaseOf(pendingName(name, suffix), name)).toBe("pending");
        expect(phaseOf(retiringName(name, suffix), name)).toBe("retiring");
      }),
    );
  });

  test("belong to one logical key at most, in every phase", () => {
    fc.assert(
      fc.property(part, part, part, part, nonce, (service, environment, otherService, otherEnvironment, suffix) => {
        const name = logicalKeyName({ service, environment });
        const other = logicalKeyName({ service: otherService, environment: otherEnvironment });
        fc.pre(name !== other);
        for (const ours of [name, pendingName(name, suffix), retiringName(name, suffix)]) {
          expect(phaseOf(ours, other)).toBeUndefined();
        }
      }),
    );
  });

  test("fit into the API's limit in every phase", () => {
    const longest = "x".repeat(maxLogicalNameLength);
    expect(retiringName(longest, "n".repeat(nonceLength))).toHaveLength(maxNameLength);
    expect(pendingName(longest, "n".repeat(nonceLength)).length).toBeLessThanOrEqual(maxNameLength);
  });

  test.each(["a", "scheduler", "admin-jobs", "v1.2_beta"])("may be made of %p", (text) => {
    expect(namePart.pattern.test(text)).toBe(true);
  });

  test.each(["", "two words", "a~b", "-a", "a-", "ä", "a/b", "a\n", "a\u202eb"])("may not be made of %p", (text) => {
    expect(namePart.pattern.test(text)).toBe(false);
  });
});
