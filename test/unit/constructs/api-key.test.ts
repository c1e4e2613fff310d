import { NullProvider } from "@cdktf/provider-null/lib/provider";
import { TerraformIterator, TerraformOutput, TerraformStack, TerraformVariable, Testing, Token } from "cdktf";
import { ApiKey } from "../../../src/constructs/api-key";
import { KeyturnProvider } from "../../../src/constructs/keyturn-provider";
import { Duration } from "../../../src/model/duration";
import { KeyturnError } from "../../../src/model/error";
import { maxLogicalNameLength } from "../../../src/model/key-name";
import { addKey, emptyStack, messageOf, synthesise, validKey } from "../../support/stack";

jest.mock("../../../src/provider/schema/provider-package", () =>
  jest.requireActual<object>("../../support/stub-provider-package"),
);

const accountId = "7b0c5a52-6c0e-4d3e-9f2b-0d1f7a3c9e11";

/** The attributes of the only key of a stack, without what cdktf adds. */
function attributesOf(changes: Readonly<Record<string, unknown>> = {}): unknown {
  const stack = emptyStack();
  new KeyturnProvider(stack, "keyturn");
  addKey(stack, "scheduler", changes);
  return synthesise(stack).resource?.["keyturn_api_key"]?.["scheduler"];
}

describe("the configuration of a key", () => {
  test("has what was declared, and leaves the defaults to the provider", () => {
    expect(attributesOf()).toEqual({
      service: "scheduler",
      environment: "prod",
      owner: "team-publishing@acme.example",
      scopes: ["read", "write"],
      rotation_period: "90d",
      deliver_to: [{ terraform_state: { i_understand_the_secret_is_in_state: true } }],
      lifecycle: { create_before_destroy: true },
    });
  });

  test("has every setting that was given", () => {
    const rotation = {
      period: Duration.days(30),
      overlap: Duration.hours(36),
      quietPeriod: Duration.minutes(90),
      maxOverlap: Duration.days(10),
      overlapWait: Duration.seconds(0),
      verification: "time-only",
      triggers: { incident: "none" },
    };

    const others = { compromised: "INC-42", deletionProtection: true, forceRevoke: false };
    expect(attributesOf({ rotation, pinterestAccountIds: [accountId], ...others })).toMatchObject({
      compromised: "INC-42",
      deletion_protection: true,
      force_revoke: false,
      pinterest_account_ids: [accountId],
      rotation_period: "30d",
      overlap_window: "36h",
      quiet_period: "90m",
      max_overlap: "10d",
      overlap_wait: "0s",
      verification: "time-only",
      rotation_triggers: { incident: "none" },
    });
  });

  test("keeps other lifecycle settings, and always creates before it destroys", () => {
    const stack = emptyStack();
    new KeyturnProvider(stack, "keyturn");
    const key = addKey(stack, "scheduler", { lifecycle: { ignoreChanges: ["owner"] } });
    key.lifecycle = { ...key.lifecycle, createBeforeDestroy: false };

    expect(synthesise(stack).resource?.["keyturn_api_key"]?.["scheduler"]).toMatchObject({
      lifecycle: { create_before_destroy: true, ignore_changes: ["owner"] },
    });
  });

  test("lets tokens stand for any value", () => {
    const stack = emptyStack();
    new KeyturnProvider(stack, "keyturn");
    const text = new TerraformVariable(stack, "text", { type: "string" }).stringValue;
    const flag = new TerraformVariable(stack, "flag", { type: "bool" }).booleanValue;
    const list = new TerraformVariable(stack, "list", { type: "list(string)" }).listValue;
    const map = Token.asStringMap(new TerraformVariable(stack, "map", { type: "map(string)" }).value);
    addKey(stack, "scheduler", {
      service: text,
      environment: `prod-${text}`,
      owner: text,
      scopes: list,
      pinterestAccountIds: [accountId, text],
      rotation: {
        period: text,
        overlap: text,
        quietPeriod: Duration.days(200),
        maxOverlap: text,
        verification: text,
        triggers: map,
      },
      compromised: text,
      deletionProtection: flag,
      forceRevoke: flag,
    });

    expect(synthesise(stack).resource?.["keyturn_api_key"]?.["scheduler"]).toMatchObject({
      service: "${var.text}",
      environment: "prod-${var.text}",
      owner: "${var.text}",
      scopes: "${var.list}",
      pinterest_account_ids: [accountId, "${var.text}"],
      rotation_period: "${var.text}",
      overlap_window: "${var.text}",
      quiet_period: "200d",
      max_overlap: "${var.text}",
      verification: "${var.text}",
      rotation_triggers: "${var.map}",
      compromised: "${var.text}",
      deletion_protection: "${var.flag}",
      force_revoke: "${var.flag}",
    });
  });

  test("can be repeated for each element of a list", () => {
    const stack = emptyStack();
    new KeyturnProvider(stack, "keyturn");
    const services = TerraformIterator.fromList(["a", "b"]);
    addKey(stack, "scheduler", { service: services.value, forEach: services });

    expect(synthesise(stack).resource?.["keyturn_api_key"]?.["scheduler"]).toMatchObject({
      service: "${each.value}",
      for_each: '${toset(["a", "b"])}',
    });
  });

  test("names its provider where it chose one", () => {
    const stack = emptyStack();
    const provider = new KeyturnProvider(stack, "keyturn", { alias: "sandbox" });
    addKey(stack, "scheduler", { provider });

    expect(synthesise(stack).resource?.["keyturn_api_key"]?.["scheduler"]).toMatchObject({
      provider: "keyturn.sandbox",
    });
  });
});

type Getter = "keyId" | "keyName" | "createdAt" | "rotateAfter" | "generation" | "secret" | "retiring";

describe("what a key gives to the rest of the stack", () => {
  test.each<[Getter, string]>([
    ["keyId", "id"],
    ["keyName", "name"],
    ["createdAt", "created_at"],
    ["rotateAfter", "rotate_after"],
    ["generation", "generation"],
    ["secret", "secret"],
    ["retiring", "retiring"],
  ])("%s refers to the attribute %s", (getter, attribute) => {
    const stack = emptyStack();
    new KeyturnProvider(stack, "keyturn");
    const key = addKey(stack, "scheduler");
    new TerraformOutput(stack, "out", { value: key[getter], sensitive: true });

    expect(synthesise(stack)).toMatchObject({
      output: { out: { value: `\${keyturn_api_key.scheduler.${attribute}}` } },
    });
  });

  test("imports an existing key under its construct", () => {
    const stack = emptyStack();
    new KeyturnProvider(stack, "keyturn");
    addKey(stack, "scheduler").importFrom("scheduler-prod");
    ApiKey.generateConfigForImport(stack, "worker", "worker-prod");

    expect(synthesise(stack).import).toEqual([
      { id: "scheduler-prod", to: "keyturn_api_key.scheduler" },
      { id: "worker-prod", to: "keyturn_api_key.worker" },
    ]);
  });

  test("moves to another construct without being replaced", () => {
    const stack = emptyStack();
    new KeyturnProvider(stack, "keyturn");
    addKey(stack, "old").moveTo("scheduler");
    addKey(stack, "new", { service: "worker" }).addMoveTarget("scheduler");

    expect(synthesise(stack).moved).toEqual([{ from: "keyturn_api_key.old", to: "keyturn_api_key.new" }]);
  });
});

describe("a key is refused", () => {
  const rotation = (changes: Readonly<Record<string, unknown>>): Record<string, unknown> => ({
    rotation: { ...validKey.rotation, ...changes },
  });
  const tooLong = "s".repeat(maxLogicalNameLength - "-prod".length + 1);

  test.each<[string, Record<string, unknown>, string]>([
    ["a service with a space", { service: "my service" }, `service: got 'my service'; letters, digits`],
    ["a service with the phase mark", { service: "a~pending~b" }, "service: got 'a~pending~b'"],
    ["an empty service", { service: "" }, "service: got ''"],
    ["no service", { service: undefined }, "service: got nothing; letters, digits"],
    ["an environment ending with a hyphen", { environment: "prod-" }, "environment: got 'prod-'"],
    ["a name that is too long", { service: tooLong }, `at most ${maxLogicalNameLength} are possible`],
    ["a blank owner", { owner: " " }, "owner: got ' '; write a team's or a person's address"],
    ["an empty owner", { owner: "" }, "owner: got ''; write a team's or a person's address"],
    ["no scopes", { scopes: [] }, "scopes: got []; name at least one scope, because"],
    ["missing scopes", { scopes: undefined }, "scopes: got nothing; name at least one scope"],
    ["scopes that are a text", { scopes: "read" }, `scopes: got 'read'; write a list: ["read"]`],
    [
      "scopes that are several words",
      { scopes: "read, write" },
      `scopes: got 'read, write'; write a list: ["read", "write"]`,
    ],
    ["scopes that are an empty text", { scopes: "" }, "scopes: got ''; name at least one scope"],
    ["an empty scope", { scopes: ["read", ""] }, "scopes.1: got ''; a scope is a text"],
    ["a scope named twice", { scopes: ["read", "read"] }, "scopes: got [ 'read', 'read' ]; name each of them once"],
    [
      "no account",
      { pinterestAccountIds: [] },
      "pinterestAccountIds: got []; name at least one account, or leave it out",
    ],
    [
      "an account that is no UUID",
      { pinterestAccountIds: ["42"] },
      "pinterestAccountIds.0: got '42'; an account id is a UUID",
    ],
    ["no rotation", { rotation: undefined }, "rotation: got nothing; write at least { period: Duration.days(90) }"],
    ["no period", { rotation: {} }, "rotation.period: got nothing; it must be a Duration"],
    ["a period of zero", rotation({ period: Duration.days(0) }), "rotation.period: the rotation period is 0s"],
    ["a period that is a text", rotation({ period: "90d" }), `rotation.period: got '90d'; write Duration.parse("90d")`],
    [
      "a period that is a text and no duration",
      rotation({ period: "1 hour" }),
      "rotation.period: got '1 hour'; it must be a Duration, such as Duration.days(90)",
    ],
    [
      "a longest overlap that the overlap does not fit into",
      rotation({ overlap: Duration.days(8), maxOverlap: Duration.days(7) }),
      "rotation.maxOverlap: the overlap of 8d does not fit",
    ],
    [
      "a longest overlap that the quiet period does not fit into",
      rotation({ quietPeriod: Duration.days(8), maxOverlap: Duration.days(7) }),
      "rotation.maxOverlap: the quiet period of 8d does not fit",
    ],
    ["a report of a leak without a name", { compromised: "" }, "compromised: got ''; name the report of the leak"],
    ["a report of a leak that is a flag", { compromised: true }, "compromised: got true; name the report of the leak"],
    [
      "a protection that is a text",
      { deletionProtection: "yes" },
      "deletionProtection: got 'yes'; write true or false",
    ],
    ["a force that is a number", { forceRevoke: 1 }, "forceRevoke: got 1; write true or false"],
    ["a provider that is a text", { provider: "prod" }, "provider: got 'prod'; pass the KeyturnProvider itself"],
    [
      "another provider",
      { provider: new NullProvider(emptyStack(), "null") },
      `provider: got the NullProvider "publishing/null"; pass the KeyturnProvider itself`,
    ],
    ["a dependency outside a list", { dependsOn: "scheduler" }, "dependsOn: got 'scheduler'; write a list"],
    [
      "a period that is a number",
      rotation({ period: 90 }),
      "rotation.period: got 90; a number has no unit; write Duration.days(90)",
    ],
    [
      "an overlap as long as the period",
      rotation({ overlap: Duration.days(90) }),
      "rotation.overlap: the overlap of 90d does not fit",
    ],
    [
      "a period that the default overlap does not fit into",
      rotation({ period: Duration.hours(12) }),
      "the overlap of 1d does not fit",
    ],
    [
      "a quiet period as long as the period",
      rotation({ quietPeriod: Duration.days(90) }),
      "rotation.quietPeriod: the quiet period of 90d",
    ],
    [
      "an unknown verification",
      rotation({ verification: "never" }),
      `rotation.verification: got 'never'; write one of "evidence", "time-only"`,
    ],
    ["a trigger that is a number", rotation({ triggers: { a: 1 } }), "rotation.triggers.a: got 1; a trigger is a text"],
    [
      "a misspelt rotation setting",
      rotation({ quietperiod: Duration.days(1) }),
      `rotation: there is no property "quietperiod"`,
    ],
    ["a misspelt property", { pinterestAcountIds: [accountId] }, `there is no property "pinterestAcountIds"`],
    ["no store", { deliverTo: [] }, "deliverTo: got []; name at least one store"],
    [
      "a store made by hand",
      { deliverTo: [{ terraform_state: {} }] },
      "deliverTo.0: got { terraform_state: {} }; make a store with",
    ],
    [
      "destroying before creating",
      { lifecycle: { createBeforeDestroy: false } },
      "lifecycle.createBeforeDestroy: got false; leave it out",
    ],
    [
      "preventing the destruction",
      { lifecycle: { preventDestroy: true } },
      "lifecycle.preventDestroy: got true; leave it out",
    ],
  ])("for %s", (_name, changes, expected) => {
    const make = (): ApiKey => addKey(emptyStack(), "scheduler", changes);

    expect(messageOf(make)).toContain(expected);
    expect(make).toThrow(KeyturnError);
  });

  test.each<[string, unknown[]]>([
    ["left out", []],
    ["null", [null]],
    ["a text", ["scheduler"]],
  ])("if its props are %s", (_name, props) => {
    const make = (): ApiKey => Reflect.construct(ApiKey, [emptyStack(), "scheduler", ...props]) as ApiKey;

    expect(messageOf(make)).toBe(
      `ApiKey "publishing/scheduler" cannot be made:\n  - its properties are missing; write them as an object`,
    );
  });

  test("with its path and all problems at once", () => {
    const make = (): ApiKey =>
      addKey(emptyStack(), "scheduler", { service: "my service", owner: "", scopes: [], rotation: { period: "90d" } });

    expect(messageOf(make)).toBe(
      [
        `ApiKey "publishing/scheduler" cannot be made:`,
        `  - service: got 'my service'; letters, digits, '.', '_' and '-', beginning and ending with a letter or digit`,
        `  - owner: got ''; write a team's or a person's address`,
        `  - scopes: got []; name at least one scope, because the API gives a key without scopes all of them`,
        `  - rotation.period: got '90d'; write Duration.parse("90d"), or Duration.days(90) and its like`,
      ].join("\n"),
    );
  });
});

describe("a key with unusual scopes", () => {
  const warningsFor = (scopes: readonly string[]): string[] => {
    const app = Testing.app();
    const stack = new TerraformStack(app, "publishing");
    new KeyturnProvider(stack, "keyturn");
    addKey(stack, "scheduler", { scopes });
    app.synth();
    return app.manifest.stacks["publishing"]?.annotations.map(({ message }) => message) ?? [];
  };

  test("is taken, with a warning for each scope that reads like a typo", () => {
    expect(warningsFor(["read", "wirte", "Read"])).toEqual([
      `the scope "wirte" reads like a typo; the known ones are read, write, destructive`,
      `the scope "Read" reads like a typo; the known ones are read, write, destructive`,
    ]);
  });

  test.each<[string, readonly string[]]>([
    ["the known scopes", ["read", "write", "destructive"]],
    ["a scope that is a token", [Token.asString({ Ref: "x" })]],
    ["scopes that are a token", Token.asList({ Ref: "x" })],
  ])("says nothing of %s", (_name, scopes) => {
    expect(warningsFor(scopes)).toEqual([]);
  });
});
