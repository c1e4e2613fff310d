/** The first line that a real plugin process writes, and what it does when nobody understands it. */
import { existsSync, mkdirSync, readdirSync, statSync } from "node:fs";
import path from "node:path";
import { Provider } from "../../src/plugin/gen/tfplugin6_pb";
import { bundle } from "../support/bundle";
import { connect, startPlugin, startProcess, type StartedPlugin } from "../support/plugin-host";
import { temporaryFolder } from "../support/temporary-folder";

const folder = temporaryFolder();
const started: StartedPlugin[] = [];
let script = "";

beforeAll(async () => {
  script = await bundle("test/support/wire-provider/main.ts", folder);
});
afterAll(async () => {
  started.forEach(({ child }) => child.kill("SIGTERM"));
  await Promise.all(started.map(({ ended }) => ended));
});

async function start(...options: Parameters<typeof startPlugin> extends [string, ...infer Rest] ? Rest : never) {
  const plugin = await startPlugin(script, ...options);
  started.push(plugin);
  return plugin;
}

async function expectAnswer(plugin: StartedPlugin): Promise<void> {
  const client = connect(plugin);
  const { resources } = await client.call(Provider, Provider.method.getMetadata);
  client.close();
  expect(resources).toMatchObject([{ typeName: "wire_thing" }]);
}

test("the line has six fields, with the certificate in base64 without padding", async () => {
  const { line, stdout } = await start();

  expect(stdout()).toBe(`${line}\n`);
  expect(line).toMatch(/^1\|6\|unix\|\/[^|]+\|grpc\|[A-Za-z0-9+/]{200,}$/);
});

test("without TLS the last field is empty, and calls go through", async () => {
  const plugin = await start({ tls: false });

  expect(plugin.line).toMatch(/^1\|6\|unix\|\/[^|]+\|grpc\|$/);
  await expectAnswer(plugin);
});

test("a host that speaks of multiplexing is told that there is none", async () => {
  const plugin = await start({ environment: { PLUGIN_MULTIPLEX_GRPC: "true" } });

  expect(plugin.line.split("|")[6]).toBe("false");
  await expectAnswer(plugin);
});

test("the socket is in the folder that the host asks for, where only its owner can look", async () => {
  const asked = path.join(folder, "asked");
  mkdirSync(asked);

  const plugin = await start({ environment: { PLUGIN_UNIX_SOCKET_DIR: asked } });

  const socket = plugin.line.split("|")[3] ?? "";
  expect(path.dirname(path.dirname(socket))).toBe(asked);
  expect(statSync(path.dirname(socket)).mode & 0o777).toBe(0o700);
  await expectAnswer(plugin);
});

test.each([
  ["is too long for a socket", () => path.join(folder, "x".repeat(100))],
  ["does not exist", () => path.join(folder, "nowhere")],
])("when TMPDIR %s, the socket is in /tmp and nothing is left behind", async (_name, temporary) => {
  const longFolder = path.join(folder, "x".repeat(100));
  mkdirSync(longFolder, { recursive: true });

  const plugin = await start({ environment: { TMPDIR: temporary() } });

  expect(plugin.line.split("|")[3]).toMatch(/^\/tmp\/[^/]+\/socket$/);
  expect(readdirSync(longFolder)).toEqual([]);
  await expectAnswer(plugin);
});

test("run by hand it says what it is, and fails", async () => {
  const process = startProcess(script);

  expect(await process.ended).toEqual({ code: 1, signal: null });
  expect(process.stdout()).toBe("");
  expect(process.stderr()).toBe(
    'This is the Terraform provider "wire". It is started by Terraform or OpenTofu, not by hand.\n' +
      'To use it, name it in required_providers of a configuration and run "terraform init".\n',
  );
});

test("a host that is too old is told so, and the process fails", async () => {
  const startOld = startPlugin(script, { environment: { PLUGIN_PROTOCOL_VERSIONS: "4,5" } });

  await expect(startOld).rejects.toThrow("speaks version 6 of Terraform's plugin protocol");
});

test("a certificate of the host that cannot be read is named as the reason", async () => {
  const startBroken = startPlugin(script, { environment: { PLUGIN_CLIENT_CERT: "not a certificate" } });

  await expect(startBroken).rejects.toThrow(/The provider "wire" could not start: .*PEM/);
});

test("the socket and its folder are gone after the end", async () => {
  const plugin = await startPlugin(script);
  const socket = plugin.line.split("|")[3] ?? "";
  expect(existsSync(socket)).toBe(true);

  plugin.child.kill("SIGTERM");
  await plugin.ended;

  expect(existsSync(path.dirname(socket))).toBe(false);
});
