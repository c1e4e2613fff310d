/** Calls to a real plugin process over mutual TLS. */
import { status } from "@grpc/grpc-js";
import { GRPCController } from "../../src/plugin/gen/controller_pb";
import { Health, HealthCheckResponse_ServingStatus } from "../../src/plugin/gen/health_pb";
import { Provider } from "../../src/plugin/gen/tfplugin6_pb";
import { bundle } from "../support/bundle";
import { connect, startPlugin, type PluginClient, type StartedPlugin } from "../support/plugin-host";
import { temporaryFolder } from "../support/temporary-folder";
import { until } from "../support/until";

const folder = temporaryFolder();
let script = "";
let plugin: StartedPlugin;
let client: PluginClient;

beforeAll(async () => {
  script = await bundle("test/support/wire-provider/main.ts", folder);
  plugin = await startPlugin(script);
  client = connect(plugin);
});
afterAll(async () => {
  client.close();
  plugin.child.kill("SIGTERM");
  await plugin.ended;
});

test("stdout stays silent, whatever a method prints; the log tells how much it was, and not what", async () => {
  await client.call(Provider, Provider.method.getMetadata);

  expect(plugin.stdout()).toBe(`${plugin.line}\n`);
  await until(() => plugin.stderr().includes('"stray output on stdout was dropped: 22 bytes"'));
  expect(plugin.stderr()).toContain('"stray output on stdout was dropped: 16 bytes"');
});

test("an exception becomes INTERNAL with its message, and its stack goes to the log alone", async () => {
  const call = client.call(Provider, Provider.method.validateProviderConfig);

  await expect(call).rejects.toMatchObject({
    code: status.INTERNAL,
    details: "ValidateProviderConfig: this method always fails",
  });
  const logged = (): string | undefined =>
    plugin
      .stderr()
      .split("\n")
      .find((line) => line.includes("always fails"));
  // The answer and the log come by two ways.
  await until(() => logged() !== undefined);
  expect(JSON.parse(logged() ?? "{}")).toMatchObject({
    "@level": "error",
    rpc: "ValidateProviderConfig",
    error: "Error: this method always fails",
    stack: expect.stringMatching(/^at /) as string,
  });
});

test("a request that cannot be decoded fails alone", async () => {
  const call = client.callPath("/tfplugin6.Provider/ReadResource", Buffer.from([0xff]));

  await expect(call).rejects.toMatchObject({ code: status.INTERNAL });
  await expect(client.call(Provider, Provider.method.getMetadata)).resolves.toBeDefined();
});

test("exceptions outside of any method do not end the process", async () => {
  await client.call(Provider, Provider.method.configureProvider);

  await expect(client.call(Provider, Provider.method.getMetadata)).resolves.toBeDefined();
  await until(() => plugin.stderr().includes('"error":"Error: thrown in a callback"'));
  await until(() => plugin.stderr().includes('"error":"Error: rejected in the background"'));
});

test.each([
  ["a method that the provider leaves out", "/tfplugin6.Provider/GetProviderSchema"],
  ["a method of a newer protocol", "/tfplugin6.Provider/GetResourceIdentitySchemas"],
  ["another service of go-plugin", "/plugin.GRPCStdio/StreamStdio"],
])("%s answers UNIMPLEMENTED", async (_name, path) => {
  await expect(client.callPath(path)).rejects.toMatchObject({ code: status.UNIMPLEMENTED });
});

test("a state of 8 MiB goes there and back", async () => {
  const msgpack = Buffer.alloc(8 * 1024 * 1024, 7);

  const { newState } = await client.call(Provider, Provider.method.readResource, { currentState: { msgpack } });

  expect(Buffer.compare(newState?.msgpack ?? Buffer.alloc(0), msgpack)).toBe(0);
});

test.each(["plugin", ""])("the service %p is healthy", async (service) => {
  expect(await client.call(Health, Health.method.check, { service })).toMatchObject({
    status: HealthCheckResponse_ServingStatus.SERVING,
  });
});

test("the health of an unknown service is not found", async () => {
  const call = client.call(Health, Health.method.check, { service: "other" });

  await expect(call).rejects.toMatchObject({ code: status.NOT_FOUND });
});

test("a call that comes while the provider is still loading waits for it", async () => {
  const slow = await startPlugin(script, { environment: { WIRE_LOAD_MS: "500" } });
  const slowClient = connect(slow);
  const startedAt = performance.now();

  await expect(slowClient.call(Provider, Provider.method.getMetadata)).resolves.toMatchObject({
    resources: [{ typeName: "wire_thing" }],
  });

  expect(performance.now() - startedAt).toBeGreaterThan(200);
  await end(slow, slowClient);
});

test("when the provider cannot be loaded, every call says why, and health and Shutdown still work", async () => {
  const broken = await startPlugin(script, { environment: { WIRE_LOAD_FAILURE: "a module is missing" } });
  const brokenClient = connect(broken);

  await expect(brokenClient.call(Provider, Provider.method.getMetadata)).rejects.toMatchObject({
    code: status.INTERNAL,
    details: "GetMetadata: a module is missing",
  });

  await expect(brokenClient.call(Health, Health.method.check, { service: "plugin" })).resolves.toBeDefined();
  await end(broken, brokenClient);
});

async function end(other: StartedPlugin, otherClient: PluginClient): Promise<void> {
  await otherClient.call(GRPCController, GRPCController.method.shutdown);
  otherClient.close();
  expect(await other.ended).toEqual({ code: 0, signal: null });
}
