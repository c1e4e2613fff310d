/**
 * Ephemeral resources: validating, opening, renewing and closing them.
 */
import { create } from "@bufbuild/protobuf";
import { path, UNKNOWN } from "../../../../src/framework";
import { ProviderServer } from "../../../../src/framework/server/provider-server";
import { Deferred_Reason, OpenEphemeralResource_RequestSchema } from "../../../../src/plugin/gen/tfplugin6_pb";
import { textWith, textWithout } from "../../../support/expectations";
import { toMessage } from "../../../support/harness/messages";
import { ProviderHarness } from "../../../support/provider-harness";
import {
  openedToken,
  plainTokenResource,
  thingProvider,
  thingResource,
  type TokenMethods,
  tokenResource,
  tokenSchema,
} from "../../../support/thing-provider";

const config = { audience: "lamp" };

async function tokenWith(methods: TokenMethods = {}) {
  const resource = tokenResource(methods);
  const terraform = await ProviderHarness.start(thingProvider(thingResource(), { ephemeralResources: [resource] }));
  return terraform.ephemeral(resource);
}

async function plainToken() {
  const resource = plainTokenResource();
  const terraform = await ProviderHarness.start(thingProvider(thingResource(), { ephemeralResources: [resource] }));
  return terraform.ephemeral(resource);
}

test("core is told of them beside the resources, in the schemas and in the names", async () => {
  const server = new ProviderServer(thingProvider(thingResource(), { ephemeralResources: [plainTokenResource()] }));
  expect(await server.getMetadata()).toMatchObject({
    resources: [{ typeName: "example_thing" }],
    ephemeralResources: [{ typeName: "example_token" }],
  });
  const { resourceSchemas, ephemeralResourceSchemas } = await server.getProviderSchema();
  expect(Object.keys(resourceSchemas)).toEqual(["example_thing"]);
  const named = ephemeralResourceSchemas["example_token"]?.block?.attributes.map(({ name, sensitive }) => [
    name,
    sensitive,
  ]);
  expect(named).toContainEqual(["token", true]);
});

describe("validating", () => {
  test("goes by the resource's own rules and the general ones, all at once", async () => {
    const token = await tokenWith({
      validateConfig: async ({ audience }, { diagnostics }) => {
        if (audience === "") diagnostics.error({ summary: "Empty", detail: "Say for whom.", path: path("audience") });
      },
    });
    expect(await token.validate({ audience: "", rights: ["look", null] })).toMatchObject([
      { summary: "Null element", path: "rights" },
      { summary: "Empty", path: "audience" },
    ]);
  });

  test("accepts values that are not known yet", async () => {
    expect(await (await plainToken()).validate({ audience: UNKNOWN })).toEqual([]);
  });

  test("refuses a required argument that is null", async () => {
    const diagnostics = await (await plainToken()).validate({ audience: null });
    expect(diagnostics).toMatchObject([{ summary: "Missing required argument", path: "audience" }]);
  });
});

describe("opening", () => {
  test("gives what the resource decides, beside what was configured", async () => {
    const open = jest.fn(async () => openedToken);
    const opened = await (await tokenWith({ open })).open({ ...config, rights: ["look", "touch"] });
    expect(open).toHaveBeenCalledWith(
      { audience: "lamp", rights: ["look", "touch"], realm: null, token: null, hints: null },
      expect.objectContaining({ data: "nowhere" }),
    );
    expect(opened).toMatchObject({
      values: { audience: "lamp", rights: ["look", "touch"], realm: "home", token: "t0ken", hints: null },
      renewAt: undefined,
      private: undefined,
      diagnostics: [],
    });
  });

  test("keeps what was configured where the resource would have decided otherwise", async () => {
    const opened = await (await tokenWith()).open({ ...config, realm: "abroad" });
    expect(opened.values).toMatchObject({ realm: "abroad" });
  });

  test.each([
    ["a whole second", 1_764_000_000_000],
    ["a part of a second", 1_764_000_000_250],
    ["before 1970", -250],
  ])("passes on when it has to be renewed, at %s, and what to remember of it", async (_name, epochMs) => {
    const token = await tokenWith({
      open: async () => ({ ...openedToken, renewAt: { epochMs }, private: { lease: 7 } }),
    });
    expect(await token.open(config)).toMatchObject({ renewAt: epochMs, private: { lease: 7 } });
  });

  test.each<[name: string, methods: TokenMethods, expected: object]>([
    [
      "throws",
      {
        open: async () => {
          throw new Error("no answer");
        },
      },
      { summary: "Unexpected error", detail: "no answer" },
    ],
    [
      "reports an error, whatever it returns",
      {
        open: async (_config, { diagnostics }) => {
          diagnostics.error({ summary: "No token", detail: "There is none left.", path: path("audience") });
          return openedToken;
        },
      },
      { summary: "No token", path: "audience" },
    ],
    [
      "returns something that is not known",
      { open: async () => ({ result: { ...openedToken.result, hints: ["a", UNKNOWN as never] } }) },
      { summary: "Provider returned a value that is not known", detail: textWith(`"hints[1]"`) },
    ],
    [
      "returns something that does not fit the schema",
      { open: async () => ({ result: { ...openedToken.result, token: { secret: "t0ken" } as never } }) },
      { summary: "Value does not fit the schema", path: "token", detail: textWithout("t0ken") },
    ],
    [
      "has private data that is not JSON",
      { open: async () => ({ ...openedToken, private: 1n }) },
      { summary: "Unexpected error" },
    ],
  ])("gives nothing where it %s", async (_name, methods, expected) => {
    const opened = await (await tokenWith(methods)).open(config);
    expect(opened).toMatchObject({ values: undefined, diagnostics: [{ severity: "error", ...expected }] });
  });

  test("with a warning gives the values all the same", async () => {
    const token = await tokenWith({
      open: async (_config, { diagnostics }) => {
        diagnostics.warning({ summary: "Old token", detail: "It is good for today." });
        return openedToken;
      },
    });
    expect(await token.open(config)).toMatchObject({
      values: { token: "t0ken" },
      diagnostics: [{ severity: "warning", summary: "Old token" }],
    });
  });

  test("is put off while a value is not known, if core takes that for an answer", async () => {
    const open = jest.fn(async () => openedToken);
    const token = await tokenWith({ open });
    const notKnown = { ...config, rights: [UNKNOWN] };
    expect(await token.open(notKnown, { deferralAllowed: true })).toMatchObject({
      deferred: Deferred_Reason.RESOURCE_CONFIG_UNKNOWN,
      diagnostics: [],
    });
    expect(await token.open(notKnown)).toMatchObject({
      deferred: undefined,
      values: undefined,
      diagnostics: [{ summary: "Ephemeral resource cannot be opened yet" }],
    });
    expect(open).not.toHaveBeenCalled();
  });

  test("needs a provider that is configured", async () => {
    const resource = plainTokenResource();
    const terraform = new ProviderHarness(thingProvider(thingResource(), { ephemeralResources: [resource] }));
    expect(await terraform.ephemeral(resource).open(config)).toMatchObject({
      diagnostics: [{ summary: "Provider is not configured" }],
    });
  });
});

describe("renewing", () => {
  test("hands over what was remembered, and keeps it where there is nothing new", async () => {
    const renew = jest
      .fn<Promise<object>, [unknown]>()
      .mockResolvedValueOnce({ renewAt: { epochMs: 5_000 }, private: { lease: 8 } })
      .mockResolvedValueOnce({});
    const token = await tokenWith({ open: async () => ({ ...openedToken, private: { lease: 7 } }), renew });
    await token.open(config);
    expect(await token.renew()).toEqual({ renewAt: 5_000, private: { lease: 8 }, diagnostics: [] });
    expect(await token.renew()).toEqual({ renewAt: undefined, private: { lease: 8 }, diagnostics: [] });
    expect(renew.mock.calls.map(([privateData]) => privateData)).toEqual([{ lease: 7 }, { lease: 8 }]);
  });

  test("that fails is reported, and what was remembered stays", async () => {
    const token = await tokenWith({
      open: async () => ({ ...openedToken, private: { lease: 7 } }),
      renew: async () => {
        throw new Error("no answer");
      },
    });
    await token.open(config);
    expect(await token.renew()).toMatchObject({ private: { lease: 7 }, diagnostics: [{ detail: "no answer" }] });
  });

  test("is refused by a resource that cannot be renewed", async () => {
    const token = await plainToken();
    await token.open(config);
    expect((await token.renew()).diagnostics).toMatchObject([{ summary: "Ephemeral resource cannot be renewed" }]);
  });
});

describe("closing", () => {
  test("hands over what was remembered, also after an interrupt", async () => {
    const close = jest.fn(async () => undefined);
    const resource = tokenResource({ open: async () => ({ ...openedToken, private: { lease: 7 } }), close });
    const terraform = await ProviderHarness.start(thingProvider(thingResource(), { ephemeralResources: [resource] }));
    const token = terraform.ephemeral(resource);
    await token.open(config);
    await terraform.stop();
    expect(await token.close()).toEqual([]);
    expect(close).toHaveBeenCalledWith({ lease: 7 }, expect.anything());
  });

  test("that fails is reported", async () => {
    const token = await tokenWith({
      close: async () => {
        throw new Error("no answer");
      },
    });
    await token.open(config);
    expect(await token.close()).toMatchObject([{ severity: "error", detail: "no answer" }]);
  });

  test("does nothing where there is nothing to do", async () => {
    const token = await plainToken();
    await token.open(config);
    expect(await token.close()).toEqual([]);
  });
});

test("a type that the provider does not have is refused by every call", async () => {
  const terraform = await ProviderHarness.start(thingProvider());
  const token = terraform.ephemeral(plainTokenResource());
  const refusal = [{ severity: "error", summary: "Unknown ephemeral resource type" }];
  expect(await token.validate(config)).toMatchObject(refusal);
  const request = create(OpenEphemeralResource_RequestSchema, {
    typeName: "example_token",
    config: toMessage(tokenSchema, { ...config, rights: null, realm: null, token: null, hints: null }),
  });
  expect((await terraform.server.openEphemeralResource(request)).diagnostics).toMatchObject([
    { summary: "Unknown ephemeral resource type" },
  ]);
  expect((await token.renew()).diagnostics).toMatchObject(refusal);
  expect(await token.close()).toMatchObject(refusal);
});
