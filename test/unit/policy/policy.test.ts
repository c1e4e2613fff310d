import type { KeyturnError } from "../../../src/model/error";
import { ruleIds, rules } from "../../../src/policy/rules";
import { matchesPattern } from "../../../src/policy/pattern";
import { policyOf, readPolicy } from "../../../src/policy/policy";
import { thrownBy } from "../../support/thrown-by";

const exception = { rule: "all-scopes", key: "scheduler-prod", owner: "kim", reason: "soon", until: "2026-06-01" };

describe("a policy file", () => {
  test.each<[string, string, string]>([
    ["no JSON", "{", "is not JSON"],
    ["a list", "[]", "the file"],
    ["a rule that does not exist", '{"rules":{"all-scope":"deny"}}', "rules"],
    ["a level that does not exist", '{"rules":{"all-scopes":"error"}}', "rules.all-scopes"],
    ["a setting with a typing error", '{"treshholds":{}}', "treshholds"],
    ["a duration that is none", '{"thresholds":{"minOverlap":"1 day"}}', "thresholds.minOverlap: write 90d"],
    ["no owner at all", '{"owners":[]}', "owners"],
    ["no place at all", '{"thresholds":{"maxTargets":0}}', "thresholds.maxTargets"],
    [
      "a threshold of an environment with a typing error",
      '{"environments":{"prod":{"maxPeriod":"1d"}}}',
      "environments.prod",
    ],
    [
      "an exception that nobody answers for",
      JSON.stringify({ exceptions: [{ ...exception, owner: "" }] }),
      "exceptions.0.owner",
    ],
    [
      "an exception without an end",
      JSON.stringify({ exceptions: [{ ...exception, until: undefined }] }),
      "exceptions.0.until",
    ],
    [
      "an exception until a day that does not exist",
      JSON.stringify({ exceptions: [{ ...exception, until: "2026-02-30" }] }),
      "exceptions.0.until: write a day",
    ],
    [
      "an exception until an instant",
      JSON.stringify({ exceptions: [{ ...exception, until: "2026-02-03T00:00:00Z" }] }),
      "exceptions.0.until: write a day",
    ],
  ])("with %s is refused, and the error says where", (_name, text, words) => {
    const error = thrownBy(() => readPolicy(text, "keyturn.policy.json")) as KeyturnError;
    expect(error.code).toBe("INVALID_VALUE");
    expect(error.message).toContain("keyturn.policy.json");
    expect(error.message).toContain(words);
  });

  test("that is wrong in two places is told both", () => {
    const { message } = thrownBy(() => readPolicy('{"owners":[],"thresholds":{"maxTargets":0}}', "p")) as KeyturnError;
    expect(message).toContain("owners");
    expect(message).toContain("thresholds.maxTargets");
  });

  test("holds for all environments, and each environment may change any part of it", () => {
    const policy = policyOf(
      readPolicy(
        `\uFEFF${JSON.stringify({
          $schema: "keyturn.policy.schema.json",
          owners: ["*"],
          rules: { "all-scopes": "deny", "secret-in-state": "off" },
          thresholds: { minOverlap: "1h", maxPeriod: "P90D" },
          environments: {
            prod: { rules: { "all-scopes": "note" }, thresholds: { minOverlap: "12h" }, owners: ["team"] },
          },
        })}`,
        "p",
      ),
    );
    const [prod, other] = [policy.forEnvironment("prod"), policy.forEnvironment(undefined)];
    expect([prod.levelOf("all-scopes"), other.levelOf("all-scopes")]).toEqual(["note", "deny"]);
    expect([prod.levelOf("secret-in-state"), prod.levelOf("destroy-in-use")]).toEqual(["off", "deny"]);
    expect([prod.minOverlap, other.minOverlap].map(String)).toEqual(["12h", "1h"]);
    expect([prod.maxPeriod, other.maxPeriod, prod.maxOverdue].map(String)).toEqual(["90d", "90d", "1d"]);
    expect([prod.owners, other.owners]).toEqual([["team"], ["*"]]);
  });

  test("that is empty judges by the rules' own levels, and no environment is special, whatever it is called", () => {
    for (const environment of ["prod", "__proto__", "constructor", undefined]) {
      const own = policyOf({}).forEnvironment(environment);
      for (const rule of ruleIds) expect(own.levelOf(rule)).toBe(rules[rule].severity);
      expect(own).toMatchObject({ owners: undefined, minOverlap: undefined, maxPeriod: undefined, maxTargets: 1 });
    }
  });
});

describe("a pattern", () => {
  test.each<[string, string, boolean]>([
    ["scheduler-prod", "scheduler-prod", true],
    ["scheduler-prod", "scheduler", false],
    ["scheduler-prod", "*", true],
    ["", "*", true],
    ["scheduler-prod", "scheduler-*", true],
    ["scheduler-prod", "*-prod", true],
    ["scheduler-prod", "s*u*-p*d", true],
    ["scheduler-prod", "*prod-*", false],
    ["ab", "ab*b", false],
    ["abab", "ab*ab", true],
    ["aba", "ab*ba", false],
    ["a.b", "a?b", false],
    ["a+b", "a+*", true],
  ])("%j is matched by %j: %s", (text, pattern, isMatch) => {
    expect(matchesPattern(text, pattern)).toBe(isMatch);
  });

  test("of many stars takes no longer than one of few", () => {
    expect(matchesPattern("a".repeat(10_000), `${"*a".repeat(5_000)}b`)).toBe(false);
  });
});

test("every rule explains itself in whole sentences, under an id that is an address", () => {
  for (const id of ruleIds) {
    expect(id).toMatch(/^[a-z]+(-[a-z]+)*$/);
    for (const words of [rules[id].why, rules[id].remedy]) expect(words).toMatch(/^[A-Z].*\.$/);
    expect(rules[id].title).toMatch(/^[A-Z].*[^.]$|^create_before_destroy/);
  }
});
