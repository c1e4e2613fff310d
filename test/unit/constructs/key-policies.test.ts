import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { App, TerraformOutput, TerraformStack, TerraformVariable, Testing } from "cdktf";
import { KeyPolicies } from "../../../src/constructs/key-policies";
import type { KeyPolicy } from "../../../src/constructs/key-policy";
import { KeyturnProvider } from "../../../src/constructs/keyturn-provider";
import { SecretStore } from "../../../src/constructs/secret-store";
import type { Clock } from "../../../src/model/clock";
import { Duration } from "../../../src/model/duration";
import { Instant } from "../../../src/model/instant";
import { addKey, messageOf } from "../../support/stack";
import { temporaryFolder } from "../../support/temporary-folder";

jest.mock("../../../src/provider/schema/provider-package", () =>
  jest.requireActual<object>("../../support/stub-provider-package"),
);

const root = temporaryFolder();
const encrypted = [
  SecretStore.encryptedFile({
    path: "/srv/secrets/a.age",
    recipients: ["age1hl47sdxs2s75mtu3yyszk0gzqjykqd9mxpq99x7jafhn3c7pg3hqkryfzy"],
  }),
];
const quiet = { deliverTo: encrypted };

/** A clock that stands still on that day. */
function on(day: string): Clock {
  return { now: () => Instant.parse(`${day}T12:00:00Z`), sleep: () => Promise.reject(new Error("nobody waits here")) };
}

interface Synthesised {
  readonly error: string | undefined;
  readonly warnings: readonly string[];
  readonly infos: readonly string[];
}

/** Synthesises an app with one stack, in which `declare` declares keys and policies. */
function synthesise(declare: (stack: TerraformStack, app: App) => void): Synthesised {
  const app = new App({ outdir: path.join(root, String(Math.random()).slice(2)) });
  const stack = new TerraformStack(app, "publishing");
  new KeyturnProvider(stack, "keyturn");
  declare(stack, app);
  let error: string | undefined;
  try {
    app.synth();
  } catch (thrown) {
    error = (thrown as Error).message;
  }
  const annotated = stack.node.findAll().flatMap(({ node }) => node.metadata);
  const textsOf = (type: string): string[] =>
    annotated.filter((each) => each.type === `@cdktf/${type}`).map(({ data }) => String(data));
  return { error, warnings: textsOf("warn"), infos: textsOf("info") };
}

/** What synth says of one key by one policy. */
function judged(props: Readonly<Record<string, unknown>>, policy: KeyPolicy, clock?: Clock): Synthesised {
  return synthesise((stack, app) => {
    addKey(stack, "scheduler", { ...quiet, ...props });
    KeyPolicies.of(app).add(policy, clock ? { clock } : {});
  });
}

describe("a policy denies at synth", () => {
  const days = (period: number, overlap?: Duration): object => ({
    rotation: { period: Duration.days(period), ...(overlap && { overlap }) },
  });
  test.each<[string, object, KeyPolicy, string]>([
    [
      "an owner that is not on its list",
      { owner: "kim@acme.example" },
      { owners: ["team-*@acme.example"] },
      "owner-not-allowed: The owner of scheduler-prod is kim@acme.example.",
    ],
    [
      "a period that is too long",
      days(180),
      { thresholds: { maxPeriod: Duration.days(90) } },
      "period-too-long: The rotation period of scheduler-prod is 180d, and at most 90d is allowed.",
    ],
    [
      "an overlap that is too short",
      days(90, Duration.hours(1)),
      { thresholds: { minOverlap: "12h" } },
      "overlap-too-short: The overlap of scheduler-prod is 1h, and at least 12h is wanted.",
    ],
    [
      "the overlap that holds if none is given",
      days(90),
      { thresholds: { minOverlap: "48h" } },
      "overlap-too-short: The overlap of scheduler-prod is 1d, and at least 2d is wanted.",
    ],
    [
      "all scopes",
      { scopes: ["read", "write", "destructive"] },
      { rules: { "all-scopes": "deny" } },
      "all-scopes: scheduler-prod has all scopes: read, write, destructive.",
    ],
    [
      "a secret in the state",
      { deliverTo: [SecretStore.terraformState({ iUnderstandTheSecretIsInState: true })] },
      { rules: { "secret-in-state": "deny" } },
      "secret-in-state: The secret of scheduler-prod is delivered to Terraform's state.",
    ],
    [
      "one key for several",
      {
        deliverTo: [
          ...encrypted,
          SecretStore.encryptedFile({
            path: "/srv/b.age",
            recipients: ["age1hl47sdxs2s75mtu3yyszk0gzqjykqd9mxpq99x7jafhn3c7pg3hqkryfzy"],
          }),
        ],
      },
      { rules: { "one-key-for-several": "deny" } },
      "one-key-for-several: The secret of scheduler-prod goes to 2 places, and 1 is allowed.",
    ],
    [
      "verification that is off",
      { rotation: { period: Duration.days(90), verification: "time-only" } },
      { rules: { "verification-off": "deny" } },
      "verification-off: The verification of scheduler-prod is time-only.",
    ],
  ])("%s, and says what to do", (_name, props, policy, words) => {
    expect(judged({ ...props }, {}).error).toBeUndefined();
    const { error } = judged({ ...props }, policy);
    expect(error).toContain(`the key publishing/scheduler is denied by policy, ${words}`);
    expect(error).toMatch(/\. [A-Z][^.]+\.$/m);
  });

  test("create_before_destroy that was taken off with an override", () => {
    const { error } = synthesise((stack, app) => {
      addKey(stack, "scheduler", quiet).addOverride("lifecycle.create_before_destroy", false);
      KeyPolicies.of(app).add({});
    });
    expect(error).toContain("create-before-destroy-missing: The lifecycle of scheduler-prod does not say");
  });

  test("what an override has changed", () => {
    const { error } = synthesise((stack, app) => {
      addKey(stack, "scheduler", quiet).addOverride("owner", "kim@acme.example");
      KeyPolicies.of(app).add({ owners: ["team-*"] });
    });
    expect(error).toContain("The owner of scheduler-prod is kim@acme.example.");
  });

  test("a secret in the state that two others read", () => {
    const { error } = synthesise((stack, app) => {
      const key = addKey(stack, "scheduler");
      for (const id of ["one", "two"]) new TerraformOutput(stack, id, { value: key.secret, sensitive: true });
      KeyPolicies.of(app).add({ rules: { "one-key-for-several": "deny" } });
    });
    expect(error).toContain("goes to 2 places");
  });

  test("everything that is wrong, at once", () => {
    const { error } = judged(
      { owner: "kim@acme.example", rotation: { period: Duration.days(180) } },
      { owners: ["team-*"], thresholds: { maxPeriod: "90d" } },
    );
    expect(error).toContain("owner-not-allowed");
    expect(error).toContain("period-too-long");
  });
});

describe("what counts less", () => {
  test("is a warning, or an information, or nothing, and synth goes on", () => {
    const owner = { owner: "kim@acme.example" };
    const level = (rule: "warn" | "note" | "off"): Synthesised =>
      judged(owner, { owners: ["team-*"], rules: { "owner-not-allowed": rule } });
    const said = expect.stringMatching(/^owner-not-allowed: The owner of/) as string;
    expect(level("warn")).toEqual({ error: undefined, warnings: [said], infos: [] });
    expect(level("note")).toEqual({ error: undefined, warnings: [], infos: [said] });
    expect(level("off")).toEqual({ error: undefined, warnings: [], infos: [] });
  });

  test("is said once, however often the app is synthesised", () => {
    const app = new App({ outdir: path.join(root, "twice") });
    const stack = new TerraformStack(app, "publishing");
    new KeyturnProvider(stack, "keyturn");
    const key = addKey(stack, "scheduler");
    KeyPolicies.of(app).add({}).add({});
    app.synth();
    app.synth();
    expect(key.node.metadata.filter(({ type }) => type === "@cdktf/warn")).toHaveLength(1);
  });
});

describe("a policy holds", () => {
  const denying: KeyPolicy = { owners: ["team-*"] };
  const others = { ...quiet, owner: "kim@acme.example" };

  test.each<[string, boolean]>([
    ["before", true],
    ["after", false],
  ])("for keys that are declared %s or after it", (_name, isFirst) => {
    const { error } = synthesise((stack) => {
      if (isFirst) addKey(stack, "scheduler", others);
      KeyPolicies.of(stack).add(denying);
      if (!isFirst) addKey(stack, "scheduler", others);
    });
    expect(error).toContain("owner-not-allowed");
  });

  test("for the stack that it was added to, and no other", () => {
    const { error } = synthesise((stack, app) => {
      const other = new TerraformStack(app, "analytics");
      new KeyturnProvider(other, "keyturn");
      addKey(other, "report", { ...others, service: "report" });
      addKey(stack, "scheduler", quiet);
      KeyPolicies.of(stack).add(denying);
    });
    expect(error).toBeUndefined();
  });

  test("though one further down is milder", () => {
    const { error } = synthesise((stack, app) => {
      KeyPolicies.of(app).add(denying);
      KeyPolicies.of(stack).add({ rules: { "owner-not-allowed": "off" } });
      addKey(stack, "scheduler", others);
    });
    expect(error).toContain("owner-not-allowed");
  });

  test("with the settings of the key's environment", () => {
    const policy: KeyPolicy = {
      thresholds: { maxPeriod: Duration.days(180) },
      environments: { prod: { thresholds: { maxPeriod: Duration.days(30) } } },
    };
    expect(judged({}, policy).error).toContain("at most 30d is allowed");
    expect(judged({ environment: "staging" }, policy).error).toBeUndefined();
  });
});

describe("an exception", () => {
  const exception = {
    rule: "owner-not-allowed",
    key: "scheduler-*",
    owner: "lou@acme.example",
    reason: "moves next month",
    until: "2026-06-01",
  } as const;
  const policy: KeyPolicy = { owners: ["team-*"], exceptions: [exception] };
  const props = { owner: "kim@acme.example" };

  test("holds up to its last day, and whoever answers for it is named", () => {
    const { error, infos } = judged(props, policy, on("2026-06-01"));
    expect(error).toBeUndefined();
    expect(infos).toEqual([
      "owner-not-allowed: The owner of scheduler-prod is kim@acme.example. Excepted until 2026-06-01 by lou@acme.example: moves next month",
    ]);
  });

  test("is over on the day after it, and synth says so", () => {
    const { error, warnings } = judged(props, policy, on("2026-06-02"));
    expect(error).toContain("owner-not-allowed: The owner of scheduler-prod");
    expect(warnings).toEqual([
      expect.stringMatching(/^exception-over: The exception of lou@acme.example .* held until 2026-06-01\./),
    ]);
  });

  test("may hold for one stack only", () => {
    const elsewhere = { ...policy, exceptions: [{ ...exception, stack: "analytics" }] };
    expect(judged(props, elsewhere, on("2026-05-01")).error).toContain("owner-not-allowed");
    const here = { ...policy, exceptions: [{ ...exception, stack: "publishing" }] };
    expect(judged(props, here, on("2026-05-01")).error).toBeUndefined();
  });
});

test("what only Terraform knows is judged by no rule, and that is said", () => {
  const { error, infos } = synthesise((stack, app) => {
    const variable = new TerraformVariable(stack, "owner", { type: "string" });
    addKey(stack, "scheduler", { ...quiet, owner: variable.stringValue });
    KeyPolicies.of(app).add({ owners: ["team-*"] });
  });
  expect(error).toBeUndefined();
  expect(infos).toEqual([expect.stringMatching(/^not-judged: Not shown of scheduler-prod: owner\./)]);
});

describe("a policy file", () => {
  const folder = path.join(root, "files");
  mkdirSync(folder);
  const file = path.join(folder, "keyturn.policy.json");

  test("says the same as one in code", () => {
    writeFileSync(file, JSON.stringify({ $schema: "x", owners: ["team-*"], thresholds: { maxPeriod: "30d" } }));
    const { error } = judged({ owner: "kim" }, KeyPolicies.fromFile(file));
    expect(error).toContain("owner-not-allowed");
    expect(error).toContain("at most 30d");
  });

  test("that is wrong, or not there, is refused at once, with its path", () => {
    writeFileSync(file, '{"owner":["team-*"]}');
    expect(messageOf(() => KeyPolicies.fromFile(file))).toContain(`the policy ${file} cannot be used: the file: `);
    expect(messageOf(() => KeyPolicies.fromFile(path.join(folder, "no.json")))).toMatch(
      /no\.json cannot be read \(ENOENT\)/,
    );
  });
});

describe("what cannot be a policy is refused:", () => {
  const app = Testing.app();
  test.each<[string, unknown, string]>([
    ["nothing", undefined, "added to the app cannot be used"],
    ["a setting that does not exist", { owner: ["a"] }, 'Unrecognized key: "owner"'],
    ["a rule that does not exist", { rules: { "all-scope": "deny" } }, "rules"],
    ["a duration that is none", { thresholds: { maxPeriod: "90 days" } }, "thresholds.maxPeriod: write 90d"],
    ["a token", { owners: [new TerraformVariable(new TerraformStack(app, "a"), "b", {}).stringValue] }, "has a token"],
  ])("%s", (_name, policy, words) => {
    expect(messageOf(() => KeyPolicies.of(app).add(policy as KeyPolicy))).toContain(words);
  });

  test("and so is a scope that is none", () => {
    expect(messageOf(() => KeyPolicies.of(JSON.parse("{}") as App))).toContain("KeyPolicies.of takes the app");
  });
});
