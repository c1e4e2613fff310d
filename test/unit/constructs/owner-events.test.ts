import { TerraformStack, TerraformVariable, Testing, Token, type App } from "cdktf";
import { Construct, type IConstruct } from "constructs";
import { ApiKey } from "../../../src/constructs/api-key";
import { KeyturnProvider } from "../../../src/constructs/keyturn-provider";
import { OwnerEvents } from "../../../src/constructs/owner-events";
import { KeyturnError } from "../../../src/model/error";
import { addKey, emptyStack, messageOf, synthesise, validKey } from "../../support/stack";

jest.mock("../../../src/provider/schema/provider-package", () =>
  jest.requireActual<object>("../../support/stub-provider-package"),
);

const owner = "team-publishing@acme.example";
const kimLeft = { owner, event: "2026-03-14 Kim left" };
const kimLeftTrigger = { "owner event 2026-03-14 Kim left": owner };

function stackWithProvider(app: App = Testing.app(), id = "publishing"): TerraformStack {
  const stack = new TerraformStack(app, id);
  new KeyturnProvider(stack, "keyturn");
  return stack;
}

function triggersOf(stack: TerraformStack, key: string): unknown {
  return synthesise(stack).resource?.["keyturn_api_key"]?.[key]?.["rotation_triggers"];
}

const warningsOf = (app: App): string[] =>
  Object.values(app.manifest.stacks).flatMap(({ annotations }) => annotations.map(({ message }) => message));

describe("an event", () => {
  test("becomes a trigger of every key of its owner, and of no other", () => {
    const stack = stackWithProvider();
    addKey(stack, "one");
    addKey(stack, "two", { service: "worker" });
    addKey(stack, "other", { service: "mailer", owner: "team-mail@acme.example" });
    OwnerEvents.of(stack).add(kimLeft);

    expect(triggersOf(stack, "one")).toEqual(kimLeftTrigger);
    expect(triggersOf(stack, "two")).toEqual(kimLeftTrigger);
    expect(triggersOf(stack, "other")).toBeUndefined();
  });

  test.each<["before" | "after"]>([["before"], ["after"]])("may be added %s the key is declared", (order) => {
    const app = Testing.app();
    const stack = stackWithProvider(app);
    if (order === "before") OwnerEvents.of(app).add(kimLeft);
    addKey(stack, "scheduler");
    if (order === "after") OwnerEvents.of(app).add(kimLeft);

    expect(triggersOf(stack, "scheduler")).toEqual(kimLeftTrigger);
  });

  test("joins the other events of the owner and the key's own triggers", () => {
    const stack = stackWithProvider();
    addKey(stack, "scheduler", { rotation: { ...validKey.rotation, triggers: { incident: "none" } } });
    OwnerEvents.of(stack.node.root).add(kimLeft);
    OwnerEvents.of(stack).add({ owner, event: "2026-05-01 laptop lost" }).add({ owner, event: "2026-06-01 Lou left" });

    expect(triggersOf(stack, "scheduler")).toEqual({
      incident: "none",
      ...kimLeftTrigger,
      "owner event 2026-05-01 laptop lost": owner,
      "owner event 2026-06-01 Lou left": owner,
    });
  });

  test("joins triggers that only Terraform knows", () => {
    const stack = stackWithProvider();
    const map = Token.asStringMap(new TerraformVariable(stack, "map", { type: "map(string)" }).value);
    addKey(stack, "scheduler", { rotation: { ...validKey.rotation, triggers: map } });
    OwnerEvents.of(stack).add(kimLeft);

    expect(triggersOf(stack, "scheduler")).toBe(
      `\${merge(var.map, {"owner event 2026-03-14 Kim left" = "team-publishing@acme.example"})}`,
    );
  });

  test("holds at and below the construct that it was added to", () => {
    const app = Testing.app();
    const inside = stackWithProvider(app, "inside");
    const outside = stackWithProvider(app, "outside");
    const group = new Construct(inside, "group");
    new ApiKey(group, "scheduler", validKey);
    const single = addKey(inside, "single", { service: "single" });
    addKey(inside, "beside", { service: "beside" });
    addKey(outside, "scheduler", { service: "elsewhere" });
    OwnerEvents.of(group).add(kimLeft);
    OwnerEvents.of(single).add(kimLeft);

    const resources = synthesise(inside).resource?.["keyturn_api_key"] ?? {};
    const rotated = Object.keys(resources).filter((name) => resources[name]?.["rotation_triggers"] !== undefined);
    expect(rotated.map((name) => name.replace(/_[0-9A-F]{8}$/, "")).sort()).toEqual(["group_scheduler", "single"]);
    expect(triggersOf(outside, "scheduler")).toBeUndefined();
  });

  test("reaches keys whose owner is written in another case, with the same trigger for every spelling", () => {
    const stack = stackWithProvider();
    addKey(stack, "scheduler", { owner: "Team-Publishing@Acme.example" });
    OwnerEvents.of(stack).add({ owner: "TEAM-publishing@acme.example ", event: " 2026-03-14 Kim left " });

    expect(triggersOf(stack, "scheduler")).toEqual(kimLeftTrigger);
  });

  test("is not made by asking for the events", () => {
    const stack = stackWithProvider();
    addKey(stack, "scheduler");
    OwnerEvents.of(stack.node.root);

    expect(triggersOf(stack, "scheduler")).toBeUndefined();
  });
});

describe("an event is refused at synth", () => {
  test("if no key has its owner, with the owners that there are, before anything is written", () => {
    const app = Testing.app();
    const stack = stackWithProvider(app);
    addKey(stack, "one");
    addKey(stack, "two", { service: "worker", owner: "team-mail@acme.example" });
    OwnerEvents.of(app).add({ owner: "team-publishing@acme.exampel", event: "2026-03-14 Kim left" });

    const message = messageOf(() => {
      app.synth();
    });

    expect(message).toContain(
      `the owner event "2026-03-14 Kim left" is for "team-publishing@acme.exampel", but no key in the app has that owner; ` +
        `the owners are "team-mail@acme.example", "team-publishing@acme.example". If the keys are gone, remove the event`,
    );
    expect(message.match(/Kim left/g)).toHaveLength(1);
  });

  test("if the owner has keys only beside the construct that it was added to", () => {
    const app = Testing.app();
    addKey(stackWithProvider(app, "one"), "scheduler");
    const two = stackWithProvider(app, "two");
    addKey(two, "scheduler", { service: "worker", owner: "team-mail@acme.example" });
    OwnerEvents.of(two).add(kimLeft);

    expect(messageOf(() => synthesise(two))).toContain(
      `no key in two has that owner; the owners are "team-mail@acme.example"`,
    );
  });

  test("if there is no key at all", () => {
    const app = Testing.app();
    stackWithProvider(app);
    OwnerEvents.of(app).add(kimLeft);

    expect(
      messageOf(() => {
        app.synth();
      }),
    ).toContain("no key there has an owner that is known at synth");
  });

  test("with no more than twenty owners in the message", () => {
    const stack = stackWithProvider();
    for (let number = 0; number < 22; number++) {
      addKey(stack, `key-${number}`, { service: `s${number}`, owner: `owner-${String(number).padStart(2, "0")}` });
    }
    OwnerEvents.of(stack).add(kimLeft);

    expect(messageOf(() => synthesise(stack))).toContain(`"owner-19" and 2 more. If`);
  });

  test("if it was added to a stack and to its app, which would rotate the key once", () => {
    const app = Testing.app();
    const stack = stackWithProvider(app);
    addKey(stack, "scheduler");
    OwnerEvents.of(app).add(kimLeft);
    OwnerEvents.of(stack).add(kimLeft);

    expect(messageOf(() => synthesise(stack))).toContain(
      `the owner event "2026-03-14 Kim left" for "${owner}" was added to publishing and to the app, which contains it`,
    );
  });

  test("if a key has a trigger with the name of an event", () => {
    const triggers = { "owner event 2026-03-14 Kim left": "mine" };

    expect(messageOf(() => addKey(emptyStack(), "a", { rotation: { ...validKey.rotation, triggers } }))).toContain(
      `rotation.triggers.owner event 2026-03-14 Kim left: names that begin with "owner event " belong to OwnerEvents`,
    );
  });
});

describe("adding an event is refused", () => {
  const token = Token.asString({ Ref: "x" });

  test.each<[string, unknown, string]>([
    [
      "an empty owner",
      { owner: " ", event: "Kim left" },
      "the owner of an owner event is missing; write it as at the keys",
    ],
    ["no owner", { event: "Kim left" }, "the owner of an owner event is missing"],
    ["an empty event", { owner, event: "" }, "the event of an owner event is missing; write what happened and when"],
    ["an event that is a date", { owner, event: {} }, "the event of an owner event is missing"],
    ["nothing", undefined, "the owner of an owner event is missing"],
    [
      "a token as owner",
      { owner: token, event: "Kim left" },
      "the owner of an owner event is a token; it must be known at synth",
    ],
    ["a quotation mark in the event", { owner, event: 'the "Kim" left' }, "cannot be the name of a trigger; leave out"],
    ["a backslash in the event", { owner, event: "Kim \\ Lou" }, `the owner event "Kim \\\\ Lou" cannot be the name`],
    ["a line break in the event", { owner, event: "Kim\nleft" }, "cannot be the name of a trigger"],
    ["a template in the event", { owner, event: "${Kim} left" }, "cannot be the name of a trigger"],
    ["a directive in the event", { owner, event: "%{Kim} left" }, "cannot be the name of a trigger"],
    ["a token in the event", { owner, event: `${token} left` }, "the event of an owner event is a token"],
  ])("for %s", (_name, event, expected) => {
    const add = (): unknown => OwnerEvents.of(emptyStack()).add(event as typeof kimLeft);

    expect(messageOf(add)).toContain(expected);
    expect(add).toThrow(KeyturnError);
  });

  test("for the same event a second time, in whatever case the owner is written", () => {
    const stack = emptyStack();
    OwnerEvents.of(stack).add(kimLeft);

    expect(messageOf(() => OwnerEvents.of(stack).add({ ...kimLeft, owner: owner.toUpperCase() }))).toContain(
      "was added to publishing before, and would rotate nothing; tell them apart, for example by their dates",
    );
  });

  test("for a scope that is no construct", () => {
    expect(messageOf(() => OwnerEvents.of(undefined as unknown as IConstruct))).toBe(
      "OwnerEvents.of takes the app, a stack or another construct",
    );
  });
});

describe("a key whose owner is a token", () => {
  const appWithTokenOwner = (): App => {
    const app = Testing.app();
    const stack = stackWithProvider(app);
    addKey(stack, "known");
    const variable = new TerraformVariable(stack, "owner", { type: "string" }).stringValue;
    addKey(stack, "unknown", { service: "worker", owner: variable });
    return app;
  };

  test("gets no events, and a warning", () => {
    const app = appWithTokenOwner();
    OwnerEvents.of(app).add(kimLeft);
    app.synth();

    expect(warningsOf(app)).toEqual([
      "the owner is known only when Terraform runs, so no owner event rotates this key",
    ]);
    expect(Object.values(app.manifest.stacks)).toHaveLength(1);
  });

  test("gets no warning where there are no events", () => {
    const app = appWithTokenOwner();
    app.synth();

    expect(warningsOf(app)).toEqual([]);
  });
});
