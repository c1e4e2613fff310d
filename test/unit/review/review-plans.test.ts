import { readPlan } from "../../../src/review/plan/read-plan";
import { readStackConfiguration } from "../../../src/review/plan/stack-configuration";
import { policyOf } from "../../../src/policy/policy";
import type { PolicyFile } from "../../../src/policy/policy-schema";
import type { Report } from "../../../src/review/report/report-schema";
import { reviewPlans } from "../../../src/review/review-plans";
import { changeJson, planJson, type ChangeJson } from "../../support/plan-json";

interface Reviewing {
  readonly policy?: PolicyFile;
  readonly plan?: Readonly<Record<string, unknown>>;
  readonly configuration?: string;
}

function review(changes: readonly ChangeJson[], { policy = {}, plan, configuration }: Reviewing = {}): Report {
  const read = readPlan(planJson(changes.map(changeJson), plan), "plan.json");
  const declared = configuration === undefined ? undefined : readStackConfiguration(configuration);
  return reviewPlans([{ name: "publishing", plan: read, configuration: declared }], policyOf(policy));
}

const changesOf = (report: Report): unknown => report.keys.map(({ changes }) => changes);
const rulesOf = ({ findings }: Report): readonly string[] => findings.map(({ rule }) => rule);

const successor = "00000000-0000-4000-8000-000000000009";
const retiring = {
  id: "00000000-0000-4000-8000-000000000002",
  name: "scheduler-prod~retiring~20260530t090000z00000001",
  created_at: "2026-03-01T09:00:00Z",
};
const newGeneration = { id: true, created_at: true, rotate_after: true, generation: true, retiring: true };
const unset = {
  id: undefined,
  created_at: undefined,
  rotate_after: undefined,
  generation: undefined,
  retiring: undefined,
};

describe("what a plan means", () => {
  test.each<[string, ChangeJson, unknown]>([
    [
      "an update to a newer key that was delivered is a take-over from a run that was cut short",
      { actions: ["update"], after: { ...unset, id: successor }, afterUnknown: { ...newGeneration, id: false } },
      [{ kind: "take-over", from: "interrupted-run", id: "00000000-0000-4000-8000-000000000001" }],
    ],
    [
      "a replacement of a key that is not replaced, for its name, is one as well",
      { actions: ["create", "delete"], after: unset, afterUnknown: newGeneration, replacePaths: [["name"]] },
      [{ kind: "take-over", from: "interrupted-run", id: "00000000-0000-4000-8000-000000000001" }],
    ],
    [
      "a pending key that gets its name is one as well",
      {
        actions: ["update"],
        before: { name: "scheduler-prod~pending~20260530t090000z00000001" },
        after: { name: "scheduler-prod" },
      },
      [{ kind: "take-over", from: "interrupted-run", id: "00000000-0000-4000-8000-000000000001" }],
    ],
    [
      "replaced keys of which the apply decides are undecided",
      {
        actions: ["update"],
        before: { retiring: [retiring] },
        after: { retiring: undefined },
        afterUnknown: { retiring: true },
      },
      [{ kind: "undecided" }],
    ],
    [
      "a replacement whose old object is let go rotates, and the old key is nobody's",
      { actions: ["create", "forget"], after: unset, afterUnknown: newGeneration, replacePaths: [["rotate_after"]] },
      [{ kind: "rotate", reasons: [{ kind: "due", since: "2026-05-30T09:00:00Z" }], order: "create-first" }],
    ],
    [
      "a shorter period makes a key due that was not",
      {
        actions: ["create", "delete"],
        before: { rotate_after: "2027-03-01T09:00:00Z", rotation_period: "365d" },
        after: { ...unset, rotation_period: "30d" },
        afterUnknown: newGeneration,
        replacePaths: [["rotate_after"]],
      },
      [
        { kind: "rotate", reasons: [{ kind: "due", since: "2026-03-31T09:00:00Z" }], order: "create-first" },
        { kind: "settings", settings: [{ name: "rotation_period", from: "365d", to: "30d", isShown: true }] },
      ],
    ],
    [
      "a replacement for which Terraform names no reason says so",
      { actions: ["create", "delete"], after: unset, afterUnknown: newGeneration },
      [{ kind: "rotate", reasons: [{ kind: "other" }], order: "create-first" }],
    ],
    [
      "scopes that are sensitive before and after, and differ, have changed",
      {
        actions: ["update"],
        after: { scopes: ["read"] },
        beforeSensitive: { scopes: true },
        afterSensitive: { scopes: true },
      },
      [{ kind: "scopes", direction: "unknown", added: [], removed: [] }],
    ],
    ["a read changes nothing", { actions: ["read"] }, []],
  ])("%s", (_name, change, meaning) => {
    expect(changesOf(review([change]))).toEqual([meaning]);
  });

  test.each<[string, ChangeJson, unknown]>([
    ["a roll-back", { actions: ["update"], after: { id: successor } }, { what: "rolled-back", id: successor }],
    [
      "a key that a run has left unfinished",
      {
        actions: ["update"],
        after: { retiring: [{ ...retiring, name: "scheduler-prod~pending~20260530t090000z00000001" }] },
      },
      { what: "unfinished-key", id: retiring.id },
    ],
    [
      "a key that was revoked, and taken out of the configuration",
      { actions: ["delete"], after: null },
      { what: "revoked-outside" },
    ],
  ])("%s is told of as drift", (_name, drift, meaning) => {
    const isGone = drift.after === null;
    const report = review(isGone ? [] : [{ before: drift.after ?? null }], {
      plan: { resource_drift: [changeJson(drift)] },
    });
    expect(changesOf(report)).toMatchObject([[{ kind: "drift", ...(meaning as object) }]]);
    expect(report.keys[0]).toMatchObject({ isChanged: false, access: isGone ? "lost" : "kept" });
    expect(rulesOf(report)).toContain("changed-outside");
  });

  test("the end of a replaced key is no drift, and neither is one that a rotation has left", () => {
    for (const [was, is] of [
      [[retiring], []],
      [[], [retiring]],
    ]) {
      const drift = changeJson({ actions: ["update"], before: { retiring: was }, after: { retiring: is } });
      expect(changesOf(review([{ before: { retiring: is } }], { plan: { resource_drift: [drift] } }))).toEqual([[]]);
    }
  });

  test("a change that is put off is said to be, and the plan is not whole", () => {
    const change = { actions: ["update"], after: { owner: "kim@acme.example" } };
    const report = review([change], {
      plan: {
        timestamp: "2026-05-01T09:00:00Z",
        complete: false,
        deferred_changes: [{ reason: "provider_config_unknown", resource_change: changeJson(change) }],
      },
    });
    expect(changesOf(report)).toMatchObject([[{ kind: "owner" }, { kind: "deferred" }]]);
    expect(rulesOf(report)).toEqual(["plan-not-whole"]);
    expect(report.verdict.outcome).toBe("denied");
  });

  test("a plan without an instant has no timeline of what it makes", () => {
    const report = review([{ actions: ["create"], before: null, after: unset, afterUnknown: newGeneration }], {
      plan: { timestamp: undefined },
    });
    expect(report.keys[0]).toMatchObject({ overlap: null, generations: [{ phase: "new", from: null, until: null }] });
  });
});

describe("a finding", () => {
  test.each<[string, readonly ChangeJson[], Reviewing, readonly string[]]>([
    ["an owner of spaces", [{ before: { owner: "  " } }], {}, ["owner-missing"]],
    ["an owner in other letters", [{}], { policy: { owners: ["TEAM@*"] } }, []],
    [
      "an owner beside the list",
      [{ before: { owner: "team@acme.example.evil.example" } }],
      { policy: { owners: ["*@acme.example"] } },
      ["owner-not-allowed"],
    ],
    ["no scopes at all", [{ before: { scopes: [] } }], {}, ["all-scopes"]],
    ["a rule that is off", [{ before: { scopes: [] } }], { policy: { rules: { "all-scopes": "off" } } }, []],
    [
      "a lifecycle that cdktf was told to leave out",
      [{}],
      { configuration: '{"resource":{"keyturn_api_key":{"scheduler":{}}}}' },
      ["create-before-destroy-missing"],
    ],
    [
      "a lifecycle as the constructs write it",
      [{}],
      { configuration: '{"resource":{"keyturn_api_key":{"scheduler":{"lifecycle":{"create_before_destroy":true}}}}}' },
      [],
    ],
    ["an overlap as long as the policy wants", [{}], { policy: { thresholds: { minOverlap: "24h" } } }, []],
    ["an overlap a second shorter", [{}], { policy: { thresholds: { minOverlap: "86401s" } } }, ["overlap-too-short"]],
    ["a period as long as the policy allows", [{}], { policy: { thresholds: { maxPeriod: "90d" } } }, []],
    [
      "a limit of another environment",
      [{}],
      { policy: { environments: { staging: { thresholds: { maxPeriod: "1d" } } } } },
      [],
    ],
    [
      "a limit of its own environment",
      [{}],
      { policy: { environments: { prod: { thresholds: { maxPeriod: "1d" } } } } },
      ["period-too-long"],
    ],
    ["a rotation a day late", [{}], { plan: { timestamp: "2026-05-31T09:00:00Z" } }, ["key-overdue"]],
    ["a rotation less than a day late", [{}], { plan: { timestamp: "2026-05-31T08:59:59Z" } }, []],
    [
      "a destruction of a key that was imported and never applied",
      [{ actions: ["delete"], before: { service: null, environment: null, rotation_period: null }, after: null }],
      {},
      [],
    ],
    [
      "a destruction of a key that nobody verifies",
      [{ actions: ["delete"], before: { verification: "time-only" }, after: null }],
      {},
      ["destroy-in-use"],
    ],
    ["a destruction of a quiet key", [{ actions: ["delete"], after: null }], {}, ["last-key-ends"]],
    [
      "a destruction where force_revoke is not shown, so that it may be set",
      [{ actions: ["delete"], before: { force_revoke: false }, after: null, beforeSensitive: { force_revoke: true } }],
      {},
      ["destroy-in-use"],
    ],
    [
      "a destruction where verification is not shown, so that it may be by the clock",
      [{ actions: ["delete"], after: null, beforeSensitive: { verification: true } }],
      {},
      ["destroy-in-use"],
    ],
    [
      "a destruction during an overlap, which leaves a replaced key that is in use",
      [{ actions: ["delete"], before: { retiring: [retiring] }, after: null }],
      {},
      ["last-key-ends", "key-forgotten"],
    ],
    [
      "an overdue key that the plan rotates, which a denial would keep it from",
      [
        {
          actions: ["create", "delete"],
          before: { rotate_after: "2026-04-01T09:00:00Z" },
          after: unset,
          afterUnknown: newGeneration,
          replacePaths: [["id"]],
        },
      ],
      { policy: { rules: { "key-overdue": "deny" } } },
      [],
    ],
    [
      "a rename by force",
      [
        {
          actions: ["create", "delete"],
          before: { force_revoke: true },
          after: { ...unset, service: "planner", name: "planner-prod" },
          afterUnknown: newGeneration,
          replacePaths: [["service"]],
        },
      ],
      {},
      ["destroy-in-use"],
    ],
    ["a key that goes on in another state", [{ actions: ["forget"], after: null }], {}, ["key-forgotten"]],
  ])("of %s", (_name, changes, reviewing, rules) => {
    const base = { plan: { timestamp: "2026-05-01T09:00:00Z" }, ...reviewing };
    expect(rulesOf(review(changes, base))).toEqual(rules);
  });

  test.each([
    ["on its last day", "2026-06-01T23:59:59Z", [true]],
    ["a second later", "2026-06-02T00:00:00Z", [false, false]],
    ["in a plan without an instant", undefined, [false, false]],
  ])("that is excepted: the exception %s", (_name, timestamp, excepted) => {
    const exception = {
      rule: "secret-in-state",
      key: "scheduler-*",
      stack: "publishing",
      owner: "kim",
      reason: "soon",
      until: "2026-06-01",
    } as const;
    const change = {
      before: {
        rotate_after: "2026-08-30T09:00:00Z",
        deliver_to: [{ terraform_state: { i_understand_the_secret_is_in_state: true } }],
      },
    };
    const report = review([change], {
      policy: { rules: { "secret-in-state": "deny" }, exceptions: [exception] },
      plan: { timestamp },
    });
    expect(report.findings.map((finding) => finding.exception !== null)).toEqual(excepted);
    expect(report.verdict).toMatchObject({
      outcome: excepted.length === 1 ? "nothing" : "denied",
      exceptions: excepted.length === 1 ? 1 : 0,
    });
  });
});

describe("a report", () => {
  const planOf = (name: string, changes: readonly ChangeJson[]): Parameters<typeof reviewPlans>[0][number] => ({
    name,
    plan: readPlan(planJson(changes.map(changeJson)), name),
    configuration: undefined,
  });
  const first = planOf("first", [{ name: "b" }, { name: "a", before: { service: "planner", name: "planner-prod" } }]);
  const second = planOf("second", [{ name: "c", before: { scopes: [] } }]);

  test("is the same whatever the order of plans and keys", () => {
    const reordered = { ...first, plan: { ...first.plan, changes: [...first.plan.changes].reverse() } };
    expect(reviewPlans([second, reordered], policyOf({}))).toEqual(reviewPlans([first, second], policyOf({})));
  });

  test("is plain: what JSON makes of it is the whole of it", () => {
    const report = reviewPlans([first, second], policyOf({}));
    expect(JSON.parse(JSON.stringify(report))).toEqual(report);
  });

  test("does not take a key that ends here and is made there for one that is declared twice", () => {
    const report = review([
      { name: "a", actions: ["delete"], after: null },
      { name: "b", actions: ["create"], before: null, after: unset, afterUnknown: newGeneration },
    ]);
    expect(rulesOf(report)).toEqual(["revoke-before-create"]);
    expect(report.verdict).toMatchObject({ accessLost: [], accessInterrupted: ["scheduler-prod"] });
  });

  const inWorkspace = (name: string, endpoint?: string): Parameters<typeof reviewPlans>[0][number] => {
    const expressions = endpoint === undefined ? {} : { endpoint: { constant_value: endpoint } };
    const key = { address: "keyturn_api_key.scheduler", type: "keyturn_api_key", name: "scheduler" };
    const configuration = {
      provider_config: { keyturn: { name: "keyturn", expressions } },
      root_module: { resources: [{ ...key, provider_config_key: "keyturn" }] },
    };
    return { name, plan: readPlan(planJson([changeJson()], { configuration }), name), configuration: undefined };
  };

  test.each<[string, string | undefined, readonly string[]]>([
    ["takes keys of one name in two workspaces for two keys", "https://other.example", []],
    ["takes them for one in the same workspace", undefined, ["declared-twice", "declared-twice"]],
  ])("%s", (_name, endpoint, rules) => {
    const report = reviewPlans(
      [inWorkspace("first"), inWorkspace("second", endpoint)],
      policyOf({ rules: { "key-overdue": "off" } }),
    );
    expect(rulesOf(report)).toEqual(rules);
    expect(JSON.stringify(report)).not.toContain("other.example");
  });

  test("of a destruction during an overlap does not say when the replaced key ends", () => {
    const [key] = review([{ actions: ["delete"], before: { retiring: [retiring] }, after: null }]).keys;
    expect(key?.generations.map(({ id, ends }) => [id, ends])).toEqual([
      [retiring.id, "unknown"],
      ["00000000-0000-4000-8000-000000000001", "apply"],
    ]);
  });

  test("of a plan that only refreshes the state tells all drift, and that it says nothing of what will happen", () => {
    const values = {
      root_module: { resources: [{ address: "keyturn_api_key.scheduler", type: "keyturn_api_key", mode: "managed" }] },
    };
    const drift = [changeJson({ actions: ["update"], after: { name: "somebody" } })];
    const report = review([], { plan: { planned_values: values, resource_drift: drift } });
    expect(rulesOf(report)).toEqual(["plan-not-whole", "key-overdue", "changed-outside"]);
    expect(report.stacks).toMatchObject([{ isIncomplete: true, keys: 1 }]);
  });

  test("of a key that was revoked by hand has no life of it, and only those of the keys that work", () => {
    const gone = changeJson({ actions: ["delete"], before: { retiring: [retiring] }, after: null });
    const [key] = review([], { plan: { resource_drift: [gone] } }).keys;
    expect(key?.generations.map(({ id }) => id)).toEqual([retiring.id]);
  });
});
