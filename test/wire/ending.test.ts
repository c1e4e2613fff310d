/** How a real plugin process ends: when it should, and never in the middle of an apply. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { GRPCController } from "../../src/plugin/gen/controller_pb";
import { Provider } from "../../src/plugin/gen/tfplugin6_pb";
import { bundle } from "../support/bundle";
import { connect, startPlugin, type PluginClient, type StartedPlugin } from "../support/plugin-host";
import { temporaryFolder } from "../support/temporary-folder";
import { until } from "../support/until";

const folder = temporaryFolder();
let script = "";

beforeAll(async () => {
  script = await bundle("test/support/wire-provider/main.ts", folder);
});

/** Begins an apply of that length. Resolves when it is under way. */
async function beginApply(client: PluginClient, record: string, lengthMs: number): Promise<void> {
  const plannedPrivate = Buffer.from(String(lengthMs));
  // The answer may be lost with the process or its host; the record tells what happened.
  client
    .call(Provider, Provider.method.applyResourceChange, { typeName: record, plannedPrivate })
    .catch(() => undefined);
  await until(() => existsSync(record));
}

async function startWithClient(): Promise<{ plugin: StartedPlugin; client: PluginClient }> {
  const plugin = await startPlugin(script);
  return { plugin, client: connect(plugin) };
}

test("the host's Shutdown call is answered and ends the process within its two seconds", async () => {
  const { plugin, client } = await startWithClient();
  const startedAt = performance.now();

  await client.call(GRPCController, GRPCController.method.shutdown);

  expect(await plugin.ended).toEqual({ code: 0, signal: null });
  expect(performance.now() - startedAt).toBeLessThan(2000);
  client.close();
});

test("a Shutdown call lets an apply finish that is nearly done", async () => {
  const { plugin, client } = await startWithClient();
  const record = path.join(folder, "shutdown");
  await beginApply(client, record, 500);

  await client.call(GRPCController, GRPCController.method.shutdown);

  expect(await plugin.ended).toEqual({ code: 0, signal: null });
  expect(readFileSync(record, "utf8")).toBe("begun\ndone\n");
  client.close();
});

test("Ctrl-C, which reaches the plugin as well, is ignored: the apply goes on and is answered", async () => {
  const { plugin, client } = await startWithClient();
  const record = path.join(folder, "interrupt");
  await beginApply(client, record, 300);

  plugin.child.kill("SIGINT");
  await until(() => readFileSync(record, "utf8") === "begun\ndone\n");

  await expect(client.call(Provider, Provider.method.getMetadata)).resolves.toBeDefined();
  client.close();
  plugin.child.kill("SIGTERM");
  await plugin.ended;
});

test("SIGTERM winds the provider up, lets the apply finish, and ends the process", async () => {
  const { plugin, client } = await startWithClient();
  const record = path.join(folder, "terminate");
  await beginApply(client, record, 500);

  plugin.child.kill("SIGTERM");

  expect(await plugin.ended).toEqual({ code: 0, signal: null });
  expect(readFileSync(record, "utf8")).toBe("begun\ndone after a stop\n");
  client.close();
});

test("when the host is killed in the middle of an apply, the apply is finished, and then the process ends", async () => {
  // A host that passes its own pipes on, so that the plugin's line comes out here.
  const hostScript = path.join(folder, "host.js");
  writeFileSync(
    hostScript,
    `const { spawn } = require("node:child_process");
     spawn(process.execPath, [${JSON.stringify(script)}], { stdio: "inherit" });`,
  );
  const host = await startPlugin(hostScript, { environment: { TF_LOG: "trace" } });
  const client = connect(host);
  const record = path.join(folder, "orphan");
  await beginApply(client, record, 4000);

  host.child.kill("SIGKILL");
  // The readers of the pipes are gone too, so that a log line has nowhere to go.
  host.child.stderr?.destroy();

  // The plugin holds the other end of stdout, so this is the plugin's end as well.
  await host.ended;
  expect(readFileSync(record, "utf8")).toBe("begun\ndone after a stop\n");
  expect(existsSync(path.dirname(host.line.split("|")[3] ?? ""))).toBe(false);
  client.close();
}, 20_000);
