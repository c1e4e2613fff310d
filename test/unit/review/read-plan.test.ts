import { deflateRawSync } from "node:zlib";
import type { KeyturnError } from "../../../src/model/error";
import { readPlan } from "../../../src/review/plan/read-plan";
import { tracesOfSecret } from "../../support/secret-traces";
import { changeJson, planJson } from "../../support/plan-json";
import { thrownBy } from "../../support/thrown-by";

const secret = "correct-horse-battery-staple";

describe("what is no plan", () => {
  const whole = planJson([changeJson({ before: { secret } })]).toString();
  test.each<[string, Buffer, string]>([
    ["an empty file", Buffer.from(""), "is empty"],
    ["white space", Buffer.from(" \n\t\n"), "is empty"],
    ["a plan that breaks off", Buffer.from(whole.slice(0, -200)), "breaks off, or is damaged"],
    [
      "a damaged plan",
      Buffer.from(whole.replace('"format_version":', '"format_version"')),
      "breaks off, or is damaged",
    ],
    [
      "a saved plan",
      Buffer.concat([Buffer.from("PK\u0003\u0004", "latin1"), deflateRawSync(whole)]),
      "is a saved plan in Terraform's own form",
    ],
    ["other bytes", Buffer.from([0x00, 0x9f, 0x92, 0x96]), "is not JSON"],
    ["what a plan prints for people", Buffer.from("Terraform will perform the following actions:\n"), "is not JSON"],
    ["a list", Buffer.from("[1, 2]"), "holds JSON that is no plan"],
    ["a text", Buffer.from(`"${secret}"`), "holds JSON that is no plan"],
    ["null", Buffer.from("null"), "holds JSON that is no plan"],
    ["JSON of somebody else", Buffer.from(`{"name":"${secret}"}`), "is JSON, but not a plan of Terraform"],
    [
      "an encrypted plan of OpenTofu",
      Buffer.from(`{"meta":{},"encrypted_data":"${secret}","encryption_version":"v0"}`),
      "is encrypted",
    ],
    [
      "a plan that age has encrypted",
      Buffer.from("age-encryption.org/v1\n-> X25519 x\n"),
      "is encrypted; decrypt it first",
    ],
    [
      "the schemas of providers",
      Buffer.from('{"format_version":"1.0","provider_schemas":{}}'),
      "says nothing of a plan",
    ],
    ["what validate prints", Buffer.from('{"format_version":"1.0","valid":true}'), "says nothing of a plan"],
    ["what is shown where there is nothing", Buffer.from('{"format_version":"1.0"}'), "says nothing of a plan"],
    ["a state that is shown", Buffer.from('{"format_version":"1.0","values":{"root_module":{}}}'), "is a state"],
    ["a state file", Buffer.from('{"version":4,"serial":3,"resources":[]}'), "is a state"],
    [
      "what plan -json prints",
      Buffer.from(`{"@level":"info","type":"version"}\n{"@level":"info","@message":"${secret}"}\n`),
      "terraform prints with -json while it runs",
    ],
    ["one line of it", Buffer.from('{"@level":"info","type":"version"}'), "one line of what terraform prints"],
    ["a plan of the next major version", planJson([], { format_version: "2.0" }), "is in version 2 of the plan format"],
    ["a plan of the version before", planJson([], { format_version: "0.2" }), "is in version 0 of the plan format"],
    ["a plan without a version", planJson([], { format_version: undefined }), "does not say which version"],
    ["a version that is none", planJson([], { format_version: secret }), "does not say which version"],
    ["changes that are no list", planJson([], { resource_changes: secret }), "at resource_changes"],
    ["a change that is a text", planJson([secret as never]), "a resource of the plan has an unknown form"],
    [
      "a key without a change",
      planJson([{ address: "a", type: "keyturn_api_key", name: "a" }]),
      "a key in the plan has an unknown form, at change",
    ],
    [
      "an action that is not known",
      planJson([changeJson({ actions: ["update", secret] })]),
      "does something to a key that this version",
    ],
    [
      "a key that is a text",
      planJson([{ ...changeJson(), change: { actions: ["no-op"], before: secret, after: null } }]),
      "its values has another type",
    ],
    [
      "an owner that is a number",
      planJson([changeJson({ before: { owner: 7 } })]),
      "keyturn_api_key.scheduler, owner, its value has another type",
    ],
    [
      "scopes that are a text",
      planJson([changeJson({ before: { scopes: secret } })]),
      "scopes, its value has another type",
    ],
    [
      "a protection that is a text",
      planJson([changeJson({ before: { force_revoke: secret } })]),
      "force_revoke, its value has another type",
    ],
    [
      "triggers that are a list",
      planJson([changeJson({ before: { rotation_triggers: [secret] } })]),
      "rotation_triggers, its value has another type",
    ],
    [
      "a replaced key that is a number",
      planJson([changeJson({ before: { retiring: [{ id: 1, name: "a", created_at: "b" }] } })]),
      "retiring, its value has another type",
    ],
  ])(
    "%s is refused in one sentence that names the file, says what it is, and quotes nothing",
    (_name, bytes, words) => {
      const error = thrownBy(() => readPlan(bytes, "plan.json")) as KeyturnError;
      expect(error).toMatchObject({ code: "INVALID_VALUE" });
      expect(error.message).toMatch(/^plan\.json[ :]/);
      expect(error.message).toContain(words);
      expect(error.message).not.toContain("\n");
      expect(tracesOfSecret(error.message, secret)).toEqual([]);
      expect(error.cause).toBeUndefined();
    },
  );

  test("a plan that is nested deeper than any stack is refused, too", () => {
    const [opening, closing] = ['{"module_calls":{"m":{"module":', "}}}"].map((part) => part.repeat(20_000));
    const text = `{"format_version":"1.2","resource_changes":[],"configuration":{"root_module":${opening}{}${closing}}}`;
    const error = thrownBy(() => readPlan(Buffer.from(text), "plan.json")) as KeyturnError;
    expect(error.message).toContain("nested too deeply");
  });
});

describe("a plan", () => {
  test.each<[string, Buffer]>([
    ["with a mark at its beginning", Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), planJson([changeJson()])])],
    ["in UTF-16, as PowerShell writes it", Buffer.from(`\uFEFF${planJson([changeJson()]).toString()}`, "utf16le")],
    [
      "with fields of a later version",
      planJson([changeJson({ entry: { novelty: { deep: [1] } } })], { format_version: "1.99", novelty: 1 }),
    ],
    [
      "with other resources and data sources",
      planJson([{ type: "null_resource" }, { ...changeJson(), mode: "data" }, changeJson()]),
    ],
  ])("%s is read", (_name, bytes) => {
    expect(readPlan(bytes, "plan.json").changes).toMatchObject([
      { address: "keyturn_api_key.scheduler", action: "no-op" },
    ]);
  });

  test("gives nothing that a mask covers, at whatever depth, and nothing that may be a secret by what it is for", () => {
    const values = {
      owner: secret,
      scopes: ["read", secret],
      secret,
      rotation_triggers: { audit: secret },
      deliver_to: [
        { encrypted_file: { path: secret, recipients: [secret] }, terraform_state: null },
        { encrypted_file: { path: "plain.age", recipients: [secret] } },
        { novelty: { token: secret } },
      ],
      retiring: [{ id: secret, name: "scheduler-prod~retiring~1", created_at: "2026-03-01T09:00:00Z" }],
      novelty: secret,
      compromised: secret,
    };
    const masks = {
      owner: true,
      scopes: [false, true],
      secret: true,
      deliver_to: [{ encrypted_file: { path: true } }],
      retiring: [{ id: true }],
      compromised: true,
    };
    const plan = readPlan(
      planJson([
        changeJson({
          actions: ["update"],
          before: values,
          beforeSensitive: masks,
          afterSensitive: masks,
          after: { rotation_triggers: { audit: `${secret}2` } },
        }),
      ]),
      "plan.json",
    );
    expect(tracesOfSecret(JSON.stringify(plan), secret)).toEqual([]);
    expect(plan.changes[0]?.after).toMatchObject({
      owner: { hidden: "sensitive" },
      scopes: ["read", { hidden: "sensitive" }],
      compromised: { hidden: "sensitive" },
      triggers: ["audit"],
      targets: [
        { store: "encrypted_file", place: { hidden: "sensitive" } },
        { store: "encrypted_file", place: "plain.age" },
        { store: null, place: null },
      ],
      retiring: [{ id: { hidden: "sensitive" }, name: "scheduler-prod~retiring~1" }],
    });
    expect(plan.changes[0]?.newTriggers).toEqual(["audit"]);
  });

  test("tells what is unknown from what is null", () => {
    const [key] = readPlan(
      planJson([
        changeJson({
          actions: ["create"],
          before: null,
          after: { id: undefined, owner: undefined, retiring: undefined, scopes: [null] },
          afterUnknown: { id: true, owner: true, retiring: true, scopes: [true], rotation_triggers: { audit: true } },
        }),
      ]),
      "plan.json",
    ).changes;
    expect(key?.before).toBeUndefined();
    expect(key?.after).toMatchObject({
      id: { hidden: "unknown" },
      owner: { hidden: "unknown" },
      retiring: { hidden: "unknown" },
      scopes: [{ hidden: "unknown" }],
      accounts: null,
    });
  });

  test.each([
    ["a key of the API", "pb_live_abcdefghijkl"],
    ["a token", "eyJhbGciOi.eyJzdWIiOi.c2ln"],
    ["a private key of age", "AGE-SECRET-KEY-1QQQQ"],
  ])("hides %s that somebody has written where a name belongs", (_name, text) => {
    const plan = readPlan(planJson([changeJson({ before: { owner: text, name: text } })]), "plan.json");
    expect(JSON.stringify(plan)).not.toContain(text);
    expect(plan.changes[0]?.before?.owner).toEqual({ hidden: "sensitive" });
  });

  test("cuts a text that is longer than any name", () => {
    const plan = readPlan(planJson([changeJson({ before: { owner: `a${"😀".repeat(5_000)}` } })]), "plan.json");
    expect(plan.changes[0]?.before?.owner).toBe(`a${"😀".repeat(149)}…`);
  });

  test("counts who else reads a secret, in modules, too", () => {
    const reads = (...references: readonly string[]): object => ({ value: { references } });
    const configuration = {
      root_module: {
        resources: [
          {
            address: "null_resource.a",
            type: "null_resource",
            expressions: reads("keyturn_api_key.scheduler.secret", "keyturn_api_key.scheduler"),
          },
          {
            address: "null_resource.b",
            type: "null_resource",
            expressions: { block: [reads('keyturn_api_key.scheduler["x"].secret')] },
          },
          { address: "null_resource.c", type: "null_resource", expressions: reads("keyturn_api_key.scheduler.id") },
          {
            address: "null_resource.d",
            type: "null_resource",
            expressions: { text: { constant_value: { references: ["keyturn_api_key.scheduler.secret"] } } },
          },
        ],
        outputs: { secret: { expression: { references: ["keyturn_api_key.planner.secret"] } } },
        module_calls: {
          m: {
            expressions: reads("keyturn_api_key.scheduler.secret"),
            module: { outputs: { s: { expression: { references: ["keyturn_api_key.inner.secret"] } } } },
          },
        },
      },
    };
    const plan = readPlan(planJson([], { configuration }), "plan.json");
    expect(Object.fromEntries(plan.secretReaders)).toEqual({ scheduler: 3, planner: 1, "module.m.inner": 1 });
  });
});
