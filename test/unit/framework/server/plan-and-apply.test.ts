/**
 * Planning and applying, as core experiences them.
 */
import { path, UNKNOWN } from "../../../../src/framework";
import { ProviderBug, ProviderHarness } from "../../../support/provider-harness";
import {
  firstThing,
  made,
  thing,
  type ThingMethods,
  thingProvider,
  thingResource,
} from "../../../support/thing-provider";

async function thingWith(methods: ThingMethods = {}, options: { readonly createBeforeDestroy?: boolean } = {}) {
  const resource = thingResource(methods);
  const terraform = await ProviderHarness.start(thingProvider(resource), { endpoint: "here" });
  return terraform.resource(resource, options);
}

const lamp = { name: "lamp", labels: ["a", "b"], password: "hunter2" };

test("a life: created, left alone, updated, replaced, destroyed", async () => {
  const resource = await thingWith();

  const created = await resource.deploy(lamp);
  expect(created).toMatchObject({ action: "create", diagnostics: [] });
  expect(created.plannedState).toMatchObject({ id: UNKNOWN, size: UNKNOWN, password: null });
  expect(resource.state).toEqual(thing({ labels: ["a", "b"] }));

  expect(await resource.plan({ ...lamp, labels: ["b", "a"], password: "other" })).toMatchObject({ action: "no-op" });

  const updated = await resource.deploy({ ...lamp, name: "sofa" });
  expect(updated).toMatchObject({ action: "update", plannedState: { id: "thing-1", revision: UNKNOWN } });
  expect(resource.state).toMatchObject({ name: "sofa", id: "thing-1", revision: 2 });

  const replaced = await resource.deploy({ ...lamp, region: "north" });
  expect(replaced).toMatchObject({ action: "replace", requiresReplace: ["region"], plannedState: { id: UNKNOWN } });
  expect(resource.state).toMatchObject({ region: "north", revision: 1 });

  expect(await resource.deploy(null)).toMatchObject({ action: "delete", diagnostics: [] });
  expect(resource.state).toBeNull();
});

test("the methods are given what they need", async () => {
  const seen: unknown[] = [];
  const resource = await thingWith({
    create: async (request, context) => {
      seen.push(request, context);
      return { state: made(request.plannedState, firstThing) };
    },
  });

  await resource.deploy(lamp);

  expect(seen).toMatchObject([
    { config: { password: "hunter2" }, plannedState: { password: null, id: UNKNOWN } },
    { data: "here", signal: { aborted: false } },
  ]);
});

describe("a plan modifier", () => {
  test("can plan a replacement by the name of a computed attribute", async () => {
    const resource = await thingWith({
      modifyPlan: async (request) =>
        request.action === "update"
          ? { plannedState: { ...request.plannedState, revision: UNKNOWN }, requiresReplace: [path("revision")] }
          : {},
    });
    await resource.deploy(lamp);

    const plan = await resource.plan(lamp);

    expect(plan).toMatchObject({ action: "replace", requiresReplace: ["revision"], plannedState: { id: UNKNOWN } });
  });

  test("sees each sort of change, and its private data comes back", async () => {
    const seen: unknown[] = [];
    const resource = await thingWith(
      {
        modifyPlan: async (request) => {
          seen.push([request.action, request.private]);
          return { private: `${request.action} planned` };
        },
      },
      { createBeforeDestroy: true },
    );

    await resource.deploy(lamp);
    await resource.deploy({ ...lamp, region: "north" });

    expect(seen).toEqual([
      // The plan and the second plan during the apply
      ["create", undefined],
      ["create", undefined],
      // The plan of the replacement, and of its creation
      ["update", "create planned"],
      ["create", "update planned"],
      // During the apply: the creation, and the destruction of the deposed object
      ["create", undefined],
      ["destroy", "create planned"],
    ]);
    expect(resource.private).toBe("create planned");
    expect(resource.deposedStates).toEqual([]);
  });

  test("keeps private data that it does not mention", async () => {
    const resource = await thingWith({
      create: async ({ plannedState }) => ({ state: made(plannedState, firstThing), private: { at: 1 } }),
    });
    await resource.deploy(lamp);

    expect((await resource.plan({ ...lamp, name: "sofa" })).private).toEqual({ at: 1 });
    await resource.deploy({ ...lamp, name: "sofa" });

    expect(resource.private).toEqual({ at: 1 });
  });

  test("can refuse a destroy, which then does not happen", async () => {
    const resource = await thingWith({
      modifyPlan: async ({ action }, { diagnostics }) => {
        if (action === "destroy")
          diagnostics.error({ summary: "Protected", detail: "It is in use.", path: path("name") });
        return {};
      },
    });
    await resource.deploy(lamp);

    expect(await resource.plan(null)).toMatchObject({
      action: "refused",
      diagnostics: [{ severity: "error", summary: "Protected", detail: "It is in use.", path: "name" }],
    });
  });

  test("works before the provider is configured", async () => {
    const seen: unknown[] = [];
    const resource = thingResource({
      modifyPlan: async (_request, { data }) => {
        seen.push(data);
        return {};
      },
    });
    const terraform = new ProviderHarness(thingProvider(resource));

    expect(await terraform.resource(resource).plan(lamp)).toMatchObject({ action: "create", diagnostics: [] });
    expect(seen).toEqual([undefined]);
  });
});

describe("a failure", () => {
  const failing = async (): Promise<never> => {
    throw new Error("the line is dead");
  };
  const reported = [{ severity: "error", summary: "Unexpected error", detail: "the line is dead" }];

  test("in a create leaves nothing", async () => {
    const resource = await thingWith({ create: failing });
    expect((await resource.deploy(lamp)).diagnostics).toEqual(reported);
    expect(resource.state).toBeNull();
  });

  test("in a create that got half-way leaves a tainted object", async () => {
    const resource = await thingWith({
      create: async ({ plannedState }, { diagnostics }) => {
        diagnostics.error({ summary: "Half done", detail: "It exists, but is not ready." });
        return { state: made(plannedState, firstThing) };
      },
    });
    expect((await resource.deploy(lamp)).diagnostics).toMatchObject([{ summary: "Half done" }]);
    expect(resource.isTainted).toBe(true);
    expect(resource.state).toMatchObject({ id: "thing-1" });
  });

  test("in an update leaves the prior state", async () => {
    const resource = await thingWith({ update: failing });
    await resource.deploy(lamp);
    expect((await resource.deploy({ ...lamp, name: "sofa" })).diagnostics).toEqual(reported);
    expect(resource).toMatchObject({ state: { name: "lamp" }, isTainted: false });
  });

  test("in a delete leaves the prior state", async () => {
    const resource = await thingWith({ delete: failing });
    await resource.deploy(lamp);
    expect((await resource.deploy(null)).diagnostics).toEqual(reported);
    expect(resource.state).toMatchObject({ name: "lamp" });
  });

  test("that a delete reports without throwing leaves the prior state too", async () => {
    const resource = await thingWith({
      delete: async (_request, { diagnostics }) => {
        diagnostics.error({ summary: "Locked", detail: "Somebody holds it." });
      },
    });
    await resource.deploy(lamp);
    expect((await resource.deploy(null)).diagnostics).toMatchObject([{ summary: "Locked" }]);
    expect(resource.state).toMatchObject({ name: "lamp" });
  });

  test("in the creation of a replacement brings the old object back", async () => {
    let isBroken = false;
    const resource = await thingWith(
      {
        create: async ({ plannedState }) => (isBroken ? failing() : { state: made(plannedState, firstThing) }),
      },
      { createBeforeDestroy: true },
    );
    await resource.deploy(lamp);
    isBroken = true;
    expect((await resource.deploy({ ...lamp, region: "north" })).diagnostics).toEqual(reported);
    expect(resource).toMatchObject({ state: { region: null }, deposedStates: [] });
  });

  test("in the destruction of a replaced object leaves it deposed, and the next apply destroys it", async () => {
    let isBroken = true;
    const resource = await thingWith(
      { delete: async () => (isBroken ? failing() : undefined) },
      { createBeforeDestroy: true },
    );
    await resource.deploy(lamp);
    await resource.deploy({ ...lamp, region: "north" });
    expect(resource).toMatchObject({ state: { region: "north" }, deposedStates: [{ region: null }] });
    isBroken = false;
    expect((await resource.deploy({ ...lamp, region: "north" })).diagnostics).toEqual([]);
    expect(resource.deposedStates).toEqual([]);
  });
});

test("a warning does not keep a delete from being done", async () => {
  const resource = await thingWith({
    delete: async (_request, { diagnostics }) => {
      diagnostics.warning({ summary: "Still in use", detail: "It goes later." });
    },
  });
  await resource.deploy(lamp);
  expect((await resource.deploy(null)).diagnostics).toMatchObject([{ severity: "warning", summary: "Still in use" }]);
  expect(resource.state).toBeNull();
});

describe("a created object is not forgotten", () => {
  test("when an attribute of its state does not fit the schema", async () => {
    const badSize: object = { size: "large" };
    const resource = await thingWith({
      create: async ({ plannedState }) => ({ state: { ...made(plannedState, firstThing), ...badSize } }),
    });
    expect((await resource.deploy(lamp)).diagnostics).toMatchObject([{ severity: "error", path: "size" }]);
    expect(resource).toMatchObject({ state: { id: "thing-1", size: null }, isTainted: true });
  });

  test("when its private data is not JSON", async () => {
    const resource = await thingWith({
      create: async ({ plannedState }) => ({ state: made(plannedState, firstThing), private: { count: 1n } }),
    });
    expect((await resource.deploy(lamp)).diagnostics).toMatchObject([{ severity: "error" }]);
    expect(resource).toMatchObject({ state: { id: "thing-1" }, private: undefined });
  });
});

describe("the harness reports as a bug of the provider, as core does,", () => {
  test.each<[name: string, methods: ThingMethods]>([
    [
      "a configured value that is planned differently",
      {
        modifyPlan: async ({ plannedState }) =>
          plannedState === null ? {} : { plannedState: { ...plannedState, name: "other" } },
      },
    ],
    ["a planned value that does not hold", { create: async () => ({ state: thing({ name: "other" }) }) }],
    ["a created object that is null", { create: async () => ({ state: null }) }],
  ])("%s", async (_name, methods) => {
    const resource = await thingWith(methods);
    await expect(resource.deploy(lamp)).rejects.toThrow(ProviderBug);
  });

  test("a second plan that decides differently", async () => {
    let calls = 0;
    const resource = await thingWith({
      modifyPlan: async ({ plannedState }) =>
        plannedState === null ? {} : { plannedState: { ...plannedState, size: (calls += 1) } },
    });
    await expect(resource.deploy(lamp)).rejects.toThrow("size: has changed");
  });
});
