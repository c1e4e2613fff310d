/**
 * Messages against bytes that were worked out by hand from the field numbers that Terraform documents.
 *
 * A wrong number in our .proto file would agree with itself everywhere but here and against the real Terraform.
 */
import { create, fromBinary, toBinary, type DescMessage, type MessageInitShape } from "@bufbuild/protobuf";
import {
  HealthCheckRequestSchema,
  HealthCheckResponseSchema,
  HealthCheckResponse_ServingStatus,
} from "../../src/plugin/gen/health_pb";
import * as wire from "../../src/plugin/gen/tfplugin6_pb";

interface Row {
  readonly name: string;
  readonly schema: DescMessage;
  readonly message: Record<string, unknown>;
  /** Hexadecimal; blanks set fields apart. */
  readonly bytes: string;
}

/** A row whose message is checked against its schema by the compiler. */
function row<Schema extends DescMessage>(
  name: string,
  schema: Schema,
  message: MessageInitShape<Schema>,
  bytes: string,
): Row {
  return { name, schema, message, bytes: bytes.replaceAll(/\s/g, "") };
}

const text = (value: string): Uint8Array => new TextEncoder().encode(value);
/** The msgpack value null, wrapped: 0a 01 c0. */
const nil = { msgpack: Uint8Array.of(0xc0) };
const warning = { severity: wire.Diagnostic_Severity.WARNING, summary: "s" };
const warningBytes = "08 02 12 01 73";

const rows: readonly Row[] = [
  row(
    "a diagnostic at a path",
    wire.DiagnosticSchema,
    {
      severity: wire.Diagnostic_Severity.ERROR,
      summary: "s",
      detail: "d",
      attribute: {
        steps: [
          { selector: { case: "attributeName", value: "a" } },
          { selector: { case: "elementKeyInt", value: 2n } },
          { selector: { case: "elementKeyString", value: "k" } },
        ],
      },
    },
    "08 01  12 01 73  1a 01 64  22 0e 0a 03 0a 01 61 0a 02 18 02 0a 03 12 01 6b",
  ),
  row("a value in both forms", wire.DynamicValueSchema, { ...nil, json: text("{}") }, "0a 01 c0  12 02 7b 7d"),
  row(
    "an attribute with every flag",
    wire.Schema_AttributeSchema,
    {
      name: "a",
      type: text('"string"'),
      description: "d",
      required: true,
      optional: true,
      computed: true,
      sensitive: true,
      descriptionKind: wire.StringKind.MARKDOWN,
      deprecated: true,
      writeOnly: true,
    },
    "0a 01 61  12 08 22 73 74 72 69 6e 67 22  1a 01 64  20 01  28 01  30 01  38 01  40 01  48 01  58 01",
  ),
  row(
    "a nested attribute",
    wire.Schema_AttributeSchema,
    { name: "n", nestedType: { attributes: [{ name: "a" }], nesting: wire.Schema_Object_NestingMode.LIST } },
    "0a 01 6e  52 07 0a 03 0a 01 61 18 02",
  ),
  row(
    "a schema with a nested block",
    wire.SchemaSchema,
    {
      version: 3n,
      block: {
        version: 4n,
        attributes: [{ name: "a" }],
        blockTypes: [
          {
            typeName: "b",
            block: {},
            nesting: wire.Schema_NestedBlock_NestingMode.GROUP,
            minItems: 1n,
            maxItems: 2n,
          },
        ],
        description: "d",
        descriptionKind: wire.StringKind.MARKDOWN,
        deprecated: true,
      },
    },
    "08 03  12 1b  08 04  12 03 0a 01 61  1a 0b 0a 01 62 12 00 18 05 20 01 28 02  22 01 64  28 01  30 01",
  ),
  row(
    "GetMetadata answers",
    wire.GetMetadata_ResponseSchema,
    {
      serverCapabilities: { planDestroy: true },
      diagnostics: [warning],
      dataSources: [{ typeName: "d" }],
      resources: [{ typeName: "r" }],
      ephemeralResources: [{ typeName: "e" }],
    },
    `0a 02 08 01  12 05 ${warningBytes}  1a 03 0a 01 64  22 03 0a 01 72  32 03 0a 01 65`,
  ),
  row(
    "GetProviderSchema answers",
    wire.GetProviderSchema_ResponseSchema,
    {
      provider: { version: 1n },
      resourceSchemas: { r: { version: 2n } },
      dataSourceSchemas: { d: { version: 3n } },
      diagnostics: [warning],
      serverCapabilities: { planDestroy: true, getProviderSchemaOptional: true },
      ephemeralResourceSchemas: { e: { version: 4n } },
    },
    `0a 02 08 01  12 07 0a 01 72 12 02 08 02  1a 07 0a 01 64 12 02 08 03  22 05 ${warningBytes}  32 04 08 01 10 01
     42 07 0a 01 65 12 02 08 04`,
  ),
  row("ValidateProviderConfig asks", wire.ValidateProviderConfig_RequestSchema, { config: nil }, "0a 03 0a 01 c0"),
  row(
    "ValidateProviderConfig answers",
    wire.ValidateProviderConfig_ResponseSchema,
    { diagnostics: [warning] },
    `12 05 ${warningBytes}`,
  ),
  row(
    "ConfigureProvider asks",
    wire.ConfigureProvider_RequestSchema,
    { terraformVersion: "1", config: nil, clientCapabilities: { writeOnlyAttributesAllowed: true } },
    "0a 01 31  12 03 0a 01 c0  1a 02 10 01",
  ),
  row(
    "ConfigureProvider answers",
    wire.ConfigureProvider_ResponseSchema,
    { diagnostics: [warning] },
    `0a 05 ${warningBytes}`,
  ),
  row("StopProvider answers", wire.StopProvider_ResponseSchema, { error: "e" }, "0a 01 65"),
  row(
    "ValidateResourceConfig asks",
    wire.ValidateResourceConfig_RequestSchema,
    { typeName: "t", config: nil, clientCapabilities: { writeOnlyAttributesAllowed: true } },
    "0a 01 74  12 03 0a 01 c0  1a 02 10 01",
  ),
  row(
    "ValidateResourceConfig answers",
    wire.ValidateResourceConfig_ResponseSchema,
    { diagnostics: [warning] },
    `0a 05 ${warningBytes}`,
  ),
  row(
    "UpgradeResourceState asks",
    wire.UpgradeResourceState_RequestSchema,
    { typeName: "t", version: 300n, rawState: { json: text("{}") } },
    "0a 01 74  10 ac 02  1a 04 0a 02 7b 7d",
  ),
  row(
    "UpgradeResourceState answers",
    wire.UpgradeResourceState_ResponseSchema,
    { upgradedState: nil, diagnostics: [warning] },
    `0a 03 0a 01 c0  12 05 ${warningBytes}`,
  ),
  row(
    "ReadResource asks",
    wire.ReadResource_RequestSchema,
    {
      typeName: "t",
      currentState: nil,
      private: text("p"),
      clientCapabilities: { writeOnlyAttributesAllowed: true },
    },
    "0a 01 74  12 03 0a 01 c0  1a 01 70  2a 02 10 01",
  ),
  row(
    "ReadResource answers",
    wire.ReadResource_ResponseSchema,
    { newState: nil, diagnostics: [warning], private: text("p") },
    `0a 03 0a 01 c0  12 05 ${warningBytes}  1a 01 70`,
  ),
  row(
    "PlanResourceChange asks",
    wire.PlanResourceChange_RequestSchema,
    {
      typeName: "t",
      priorState: nil,
      proposedNewState: { msgpack: Uint8Array.of(0xc2) },
      config: { msgpack: Uint8Array.of(0xc3) },
      priorPrivate: text("p"),
      clientCapabilities: { writeOnlyAttributesAllowed: true },
    },
    "0a 01 74  12 03 0a 01 c0  1a 03 0a 01 c2  22 03 0a 01 c3  2a 01 70  3a 02 10 01",
  ),
  row(
    "PlanResourceChange answers",
    wire.PlanResourceChange_ResponseSchema,
    {
      plannedState: nil,
      requiresReplace: [{ steps: [{ selector: { case: "attributeName", value: "a" } }] }],
      plannedPrivate: text("p"),
      diagnostics: [warning],
    },
    `0a 03 0a 01 c0  12 05 0a 03 0a 01 61  1a 01 70  22 05 ${warningBytes}`,
  ),
  row(
    "ApplyResourceChange asks",
    wire.ApplyResourceChange_RequestSchema,
    {
      typeName: "t",
      priorState: nil,
      plannedState: { msgpack: Uint8Array.of(0xc2) },
      config: { msgpack: Uint8Array.of(0xc3) },
      plannedPrivate: text("p"),
    },
    "0a 01 74  12 03 0a 01 c0  1a 03 0a 01 c2  22 03 0a 01 c3  2a 01 70",
  ),
  row(
    "ApplyResourceChange answers",
    wire.ApplyResourceChange_ResponseSchema,
    { newState: nil, private: text("p"), diagnostics: [warning] },
    `0a 03 0a 01 c0  12 01 70  1a 05 ${warningBytes}`,
  ),
  row(
    "ImportResourceState asks",
    wire.ImportResourceState_RequestSchema,
    { typeName: "t", id: "i", clientCapabilities: { writeOnlyAttributesAllowed: true } },
    "0a 01 74  12 01 69  1a 02 10 01",
  ),
  row(
    "ImportResourceState answers",
    wire.ImportResourceState_ResponseSchema,
    { importedResources: [{ typeName: "t", state: nil, private: text("p") }], diagnostics: [warning] },
    `0a 0b 0a 01 74 12 03 0a 01 c0 1a 01 70  12 05 ${warningBytes}`,
  ),
  row(
    "ValidateDataResourceConfig asks",
    wire.ValidateDataResourceConfig_RequestSchema,
    { typeName: "t", config: nil },
    "0a 01 74  12 03 0a 01 c0",
  ),
  row(
    "ValidateDataResourceConfig answers",
    wire.ValidateDataResourceConfig_ResponseSchema,
    { diagnostics: [warning] },
    `0a 05 ${warningBytes}`,
  ),
  row(
    "ReadDataSource asks",
    wire.ReadDataSource_RequestSchema,
    { typeName: "t", config: nil, clientCapabilities: { writeOnlyAttributesAllowed: true } },
    "0a 01 74  12 03 0a 01 c0  22 02 10 01",
  ),
  row(
    "ReadDataSource answers",
    wire.ReadDataSource_ResponseSchema,
    { state: nil, diagnostics: [warning] },
    `0a 03 0a 01 c0  12 05 ${warningBytes}`,
  ),
  row(
    "ValidateEphemeralResourceConfig asks",
    wire.ValidateEphemeralResourceConfig_RequestSchema,
    { typeName: "t", config: nil },
    "0a 01 74  12 03 0a 01 c0",
  ),
  row(
    "ValidateEphemeralResourceConfig answers",
    wire.ValidateEphemeralResourceConfig_ResponseSchema,
    { diagnostics: [warning] },
    `0a 05 ${warningBytes}`,
  ),
  row(
    "OpenEphemeralResource asks",
    wire.OpenEphemeralResource_RequestSchema,
    {
      typeName: "t",
      config: nil,
      clientCapabilities: { deferralAllowed: true, writeOnlyAttributesAllowed: true },
    },
    "0a 01 74  12 03 0a 01 c0  1a 04 08 01 10 01",
  ),
  row(
    "OpenEphemeralResource answers",
    wire.OpenEphemeralResource_ResponseSchema,
    {
      diagnostics: [warning],
      renewAt: { seconds: 300n, nanos: 5 },
      result: nil,
      private: text("p"),
      deferred: { reason: wire.Deferred_Reason.RESOURCE_CONFIG_UNKNOWN },
    },
    `0a 05 ${warningBytes}  12 05 08 ac 02 10 05  1a 03 0a 01 c0  22 01 70  2a 02 08 01`,
  ),
  row(
    "OpenEphemeralResource answers with private data that is there and empty",
    wire.OpenEphemeralResource_ResponseSchema,
    { result: nil, private: text("") },
    "1a 03 0a 01 c0  22 00",
  ),
  row(
    "RenewEphemeralResource asks",
    wire.RenewEphemeralResource_RequestSchema,
    { typeName: "t", private: text("p") },
    "0a 01 74  12 01 70",
  ),
  row(
    "RenewEphemeralResource answers",
    wire.RenewEphemeralResource_ResponseSchema,
    { diagnostics: [warning], renewAt: { seconds: 300n, nanos: 5 }, private: text("p") },
    `0a 05 ${warningBytes}  12 05 08 ac 02 10 05  1a 01 70`,
  ),
  row(
    "CloseEphemeralResource asks",
    wire.CloseEphemeralResource_RequestSchema,
    { typeName: "t", private: text("p") },
    "0a 01 74  12 01 70",
  ),
  row(
    "CloseEphemeralResource answers",
    wire.CloseEphemeralResource_ResponseSchema,
    { diagnostics: [warning] },
    `0a 05 ${warningBytes}`,
  ),
  row("a health check asks", HealthCheckRequestSchema, { service: "plugin" }, "0a 06 70 6c 75 67 69 6e"),
  row(
    "a health check answers",
    HealthCheckResponseSchema,
    { status: HealthCheckResponse_ServingStatus.SERVING },
    "08 01",
  ),
];

test.each(rows)("$name", ({ schema, message, bytes }) => {
  expect(Buffer.from(toBinary(schema, create(schema, message))).toString("hex")).toBe(bytes);
  expect(fromBinary(schema, Buffer.from(bytes, "hex"))).toEqual(create(schema, message));
});

test("fields that a newer core sends and we do not know are skipped", () => {
  // PlanResourceChange: provider_meta (6), prior_identity (8) and planned_private (9).
  const bytes = Buffer.from("0a0174 32030a01c0 4202 0a00 4a0170".replaceAll(" ", ""), "hex");

  const message = fromBinary(wire.PlanResourceChange_RequestSchema, bytes, { readUnknownFields: false });

  expect(message).toEqual(create(wire.PlanResourceChange_RequestSchema, { typeName: "t" }));
});

test("the paths of the methods are those that core calls", () => {
  const paths = wire.Provider.methods.map((method) => `/${wire.Provider.typeName}/${method.name}`);

  expect(paths.sort()).toEqual([
    "/tfplugin6.Provider/ApplyResourceChange",
    "/tfplugin6.Provider/CloseEphemeralResource",
    "/tfplugin6.Provider/ConfigureProvider",
    "/tfplugin6.Provider/GetMetadata",
    "/tfplugin6.Provider/GetProviderSchema",
    "/tfplugin6.Provider/ImportResourceState",
    "/tfplugin6.Provider/OpenEphemeralResource",
    "/tfplugin6.Provider/PlanResourceChange",
    "/tfplugin6.Provider/ReadDataSource",
    "/tfplugin6.Provider/ReadResource",
    "/tfplugin6.Provider/RenewEphemeralResource",
    "/tfplugin6.Provider/StopProvider",
    "/tfplugin6.Provider/UpgradeResourceState",
    "/tfplugin6.Provider/ValidateDataResourceConfig",
    "/tfplugin6.Provider/ValidateEphemeralResourceConfig",
    "/tfplugin6.Provider/ValidateProviderConfig",
    "/tfplugin6.Provider/ValidateResourceConfig",
  ]);
});
