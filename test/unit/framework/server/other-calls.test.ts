/**
 * Everything but planning and applying: configuring, validating, reading, importing, upgrading, stopping.
 */
import { once } from "node:events";
import { create } from "@bufbuild/protobuf";
import { mapKey, path, UNKNOWN } from "../../../../src/framework";
import { ProviderServer } from "../../../../src/framework/server/provider-server";
import {
  Diagnostic_Severity,
  PlanResourceChange_RequestSchema,
  ReadDataSource_RequestSchema,
  ReadResource_RequestSchema,
  ValidateDataResourceConfig_RequestSchema,
  ValidateResourceConfig_RequestSchema,
} from "../../../../src/plugin/gen/tfplugin6_pb";
import { ProviderHarness } from "../../../support/provider-harness";
import { toMessage } from "../../../support/harness/messages";
import {
  firstThing,
  made,
  plainThingResource,
  thing,
  type ThingMethods,
  thingProvider,
  thingResource,
  thingSchema,
} from "../../../support/thing-provider";

async function thingWith(methods: ThingMethods = {}) {
  const resource = thingResource(methods);
  const terraform = await ProviderHarness.start(thingProvider(resource));
  return terraform.resource(resource);
}

describe("configuring", () => {
  test("hands the configuration, which may hold unknown values, and the version of Terraform to the provider", async () => {
    const configure = jest.fn(async () => "data");
    const terraform = new ProviderHarness(thingProvider(thingResource(), { configure }));
    expect(await terraform.configure({ endpoint: UNKNOWN }, "1.5.7")).toEqual([]);
    expect(configure).toHaveBeenCalledWith(
      { endpoint: UNKNOWN, hosts: null },
      expect.objectContaining({ terraformVersion: "1.5.7" }),
    );
  });

  test("with an error leaves the provider unconfigured", async () => {
    const resource = thingResource();
    const definition = thingProvider(resource, {
      configure: async (_config, { diagnostics }) => {
        diagnostics.error({ summary: "Bad endpoint", detail: "Nobody lives there.", path: path("endpoint") });
        return "data";
      },
    });
    const terraform = new ProviderHarness(definition);
    expect(await terraform.configure({})).toMatchObject([{ summary: "Bad endpoint", path: "endpoint" }]);
    const lamp = terraform.resource(resource);
    lamp.adopt(thing());
    expect(await lamp.refresh()).toMatchObject([{ severity: "error", summary: "Provider is not configured" }]);
    expect(lamp.state).toEqual(thing());
  });

  test("validates without network, by the provider's own rules and the general ones", async () => {
    const definition = thingProvider(thingResource(), {
      validate: async ({ endpoint }, { diagnostics }) => {
        if (endpoint === "") diagnostics.error({ summary: "Empty", detail: "Say where." });
      },
    });
    const diagnostics = await new ProviderHarness(definition).validate({ endpoint: "", hosts: ["a", null] });
    expect(diagnostics).toMatchObject([{ summary: "Null element", path: "hosts[1]" }, { summary: "Empty" }]);
  });
});

test.each<[name: string, terraformKnows: boolean, expected: object[]]>([
  ["refused when core would store it", false, [{ summary: "Write-only attribute not supported" }]],
  ["accepted when core keeps it out of the state", true, []],
])("a write-only attribute is %s", async (_name, writeOnlyAttributesAllowed, expected) => {
  const server = new ProviderServer(thingProvider());
  const config = toMessage(thingSchema, { ...thing(), password: "hunter2" });
  const request = create(ValidateResourceConfig_RequestSchema, {
    typeName: "example_thing",
    config,
    clientCapabilities: { writeOnlyAttributesAllowed },
  });
  expect((await server.validateResourceConfig(request)).diagnostics).toMatchObject(expected);
});

describe("reading", () => {
  test("replaces state and private data", async () => {
    const lamp = await thingWith({
      read: async ({ private: seen }) => ({ state: thing({ size: 2 }), private: [seen, "new"] }),
    });
    lamp.adopt(thing(), "old");
    expect(await lamp.refresh()).toEqual([]);
    expect(lamp).toMatchObject({ state: { size: 2 }, private: ["old", "new"] });
  });

  test("drops an object that is gone", async () => {
    const lamp = await thingWith({ read: async () => undefined });
    lamp.adopt(thing());
    expect(await lamp.refresh()).toEqual([]);
    expect(lamp.state).toBeNull();
  });

  test.each<[name: string, methods: ThingMethods]>([
    [
      "throws",
      {
        read: async () => {
          throw new Error("no answer");
        },
      },
    ],
    [
      "reports an error and finds nothing",
      {
        read: async (_request, { diagnostics }) => {
          diagnostics.error({ summary: "No answer", detail: "Nobody knows whether it exists." });
          return undefined;
        },
      },
    ],
  ])("keeps the state when it %s", async (_name, methods) => {
    const lamp = await thingWith(methods);
    lamp.adopt(thing(), "old");
    expect(await lamp.refresh()).toMatchObject([{ severity: "error" }]);
    expect(lamp).toMatchObject({ state: thing(), private: "old" });
  });

  test("accepts state that is sent as JSON", async () => {
    const server = (await ProviderHarness.start(thingProvider())).server;
    const json = Buffer.from(JSON.stringify(thing()));
    const response = await server.readResource(
      create(ReadResource_RequestSchema, { typeName: "example_thing", currentState: { json } }),
    );
    expect(response).toMatchObject({ newState: toMessage(thingSchema, { ...thing() }), diagnostics: [] });
  });
});

describe("importing", () => {
  test("finds an object and reads it", async () => {
    const lamp = await thingWith({ read: async ({ state: { id } }) => ({ state: thing({ id }) }) });
    expect(await lamp.import("thing-7")).toEqual([]);
    expect(lamp.state).toEqual(thing({ id: "thing-7" }));
  });

  test("says when there is nothing to import", async () => {
    const lamp = await thingWith({ importState: async () => undefined });
    expect(await lamp.import("thing-7")).toMatchObject([{ summary: "Nothing to import" }]);
  });

  test("says when the resource type cannot", async () => {
    const resource = plainThingResource();
    const terraform = await ProviderHarness.start(thingProvider(resource));
    expect(await terraform.resource(resource).import("thing-7")).toMatchObject([
      { summary: "Import is not supported" },
    ]);
  });
});

describe("upgrading", () => {
  test("of the same version drops what nobody knows, and fills in what is missing", async () => {
    const lamp = await thingWith();
    const { region: _, ...stored } = thing({ parts: [] });
    expect(await lamp.upgrade({ ...stored, parts: [{ kind: "bulb", gone: 1 }], colour: "red" }, 2)).toEqual([]);
    expect(lamp.state).toEqual({ ...thing(), parts: [{ kind: "bulb", serial: null, token: null }] });
  });

  test("of an older version is the resource's own", async () => {
    const upgradeState = jest.fn(async () => thing({ name: "upgraded" }));
    const lamp = await thingWith({ upgradeState });
    expect(await lamp.upgrade({ title: "lamp" }, 1)).toEqual([]);
    expect(lamp.state).toEqual(thing({ name: "upgraded" }));
    expect(upgradeState).toHaveBeenCalledWith({ version: 1, state: { title: "lamp" } }, expect.anything());
  });

  test("of an older version is refused where the resource cannot", async () => {
    const resource = plainThingResource();
    const terraform = new ProviderHarness(thingProvider(resource));
    const [diagnostic] = await terraform.resource(resource).upgrade({}, 1);
    expect(diagnostic).toMatchObject({ severity: "error", summary: "State of another schema version" });
  });

  test("of a newer version is refused", async () => {
    const [diagnostic] = await (await thingWith()).upgrade({}, 3);
    expect(diagnostic?.detail).toContain("It was written by a newer version of the provider");
  });

  test("of state that is damaged is refused with the place", async () => {
    const diagnostics = await (await thingWith()).upgrade({ ...thing(), labels: [1] }, 2);
    expect(diagnostics).toMatchObject([{ severity: "error", path: "labels[0]" }]);
  });
});

describe("errors are put into words", () => {
  const failing = thingResource({
    read: async () => {
      throw new RangeError("boom");
    },
  });

  test.each<[name: string, describeError: (error: unknown) => { summary: string; detail: string }, summary: string]>([
    [
      "by the provider",
      (error) => ({ summary: `A ${(error as Error).name}`, detail: "See the manual." }),
      "A RangeError",
    ],
    [
      "by the framework, if the provider's own words fail",
      () => {
        throw new Error("speechless");
      },
      "Unexpected error",
    ],
  ])("%s", async (_name, describeError, summary) => {
    const terraform = await ProviderHarness.start(thingProvider(failing, { describeError }));
    const lamp = terraform.resource(failing);
    lamp.adopt(thing());
    expect(await lamp.refresh()).toMatchObject([{ severity: "error", summary }]);
  });
});

test("places of every sort reach core", async () => {
  const lamp = await thingWith({
    validateConfig: async (_config, { diagnostics }) => {
      diagnostics.warning({ summary: "Here", detail: "", path: path("parts", 0, mapKey("a b")) });
      diagnostics.warning({ summary: "Everywhere", detail: "", path: path() });
    },
  });
  const [here, everywhere] = await lamp.validate({ name: "lamp" });
  expect(here?.path).toBe('parts[0]["a b"]');
  expect(everywhere?.path).toBeUndefined();
});

test("stopping fires the signal that methods were given, and lets them finish", async () => {
  const resource = thingResource({
    create: async ({ plannedState }, { signal }) => {
      const fired = once(signal, "abort");
      await terraform.stop();
      await fired;
      return { state: made(plannedState, firstThing) };
    },
  });
  const terraform = await ProviderHarness.start(thingProvider(resource));
  const lamp = terraform.resource(resource);
  expect((await lamp.deploy({ name: "lamp" })).diagnostics).toEqual([]);
  expect(lamp.state).toEqual(thing());
});

describe("the server", () => {
  test("describes the provider", async () => {
    const response = await new ProviderServer(thingProvider()).getProviderSchema();
    expect(response.serverCapabilities).toMatchObject({ planDestroy: true, getProviderSchemaOptional: true });
    expect(Object.keys(response.resourceSchemas)).toEqual(["example_thing"]);
    const attributes = response.resourceSchemas["example_thing"]?.block?.attributes ?? [];
    const named = (name: string) => attributes.find((attribute) => attribute.name === name);
    expect(named("name")).toMatchObject({ required: true, optional: false, type: Buffer.from('"string"') });
    expect(named("labels")).toMatchObject({ optional: true, type: Buffer.from('["set","string"]') });
    expect(named("password")).toMatchObject({ sensitive: true, writeOnly: true });
    expect(named("parts")).toMatchObject({
      nestedType: { attributes: [{ name: "kind" }, { name: "serial" }, { name: "token" }] },
    });
    expect(response.resourceSchemas["example_thing"]?.version).toBe(2n);
  });

  test("names its resource types", async () => {
    const { resources } = await new ProviderServer(thingProvider()).getMetadata();
    expect(resources).toMatchObject([{ typeName: "example_thing" }]);
  });

  test("refuses resource types and data sources that it does not have", async () => {
    const server = new ProviderServer(thingProvider());
    const typeName = "example_nothing";
    const answers = await Promise.all([
      server.planResourceChange(create(PlanResourceChange_RequestSchema, { typeName })),
      server.readDataSource(create(ReadDataSource_RequestSchema, { typeName })),
      server.validateDataResourceConfig(create(ValidateDataResourceConfig_RequestSchema, { typeName })),
    ]);
    for (const { diagnostics } of answers) expect(diagnostics).toMatchObject([{ severity: Diagnostic_Severity.ERROR }]);
  });
});
