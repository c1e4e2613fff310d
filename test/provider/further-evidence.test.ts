/** A source of evidence that alone knows of a use: it has a say wherever a key may end. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { Duration } from "../../src/model/duration";
import { goodConfig, KeyWorld } from "../support/key-world";
import { ProviderHarness } from "../support/provider-harness";
import { keyturnProvider } from "../../src/provider/keyturn-provider";
import { testWorld } from "../../src/testing";

describe("a further source of evidence", () => {
  let world: KeyWorld;
  let probe: Server;
  /** The keys that the source sees in use all the time. */
  const inUse = new Set<string>();
  let evidence: object;
  beforeEach(async () => {
    probe = createServer((incoming, response) => {
      const id = new URL(String(incoming.url), "http://localhost").searchParams.get("key") ?? "";
      const now = new Date(world.clock.now().epochMs).toISOString();
      response.writeHead(200, {
        "content-type": "application/json",
        date: new Date(world.clock.now().epochMs).toUTCString(),
      });
      response.end(JSON.stringify({ last_used_at: inUse.has(id) ? now : null, watched_since: "2026-01-01T00:00:00Z" }));
    });
    await new Promise<void>((resolve) => probe.listen(0, "127.0.0.1", resolve));
    const { port } = probe.address() as AddressInfo;
    evidence = { http: { url: `http://127.0.0.1:${port}/usage?key=$key_id` } };
    world = await KeyWorld.start({ provider: { evidence } });
  });
  afterEach(async () => {
    await world.close();
    probe.closeAllConnections();
    probe.close();
    inUse.clear();
  });
  async function nextProcess(key: ReturnType<KeyWorld["key"]>): Promise<void> {
    const environment = { KEYTURN_ENDPOINT: world.api.url, KEYTURN_API_KEY: testWorld.managementKey.reveal() };
    const provider = new ProviderHarness(keyturnProvider({ environment, clock: world.clock, version: "0.0.0" }));
    await provider.configure({ evidence });
    key.continueWith(provider.server);
  }

  test("keeps the last key, of whose use it alone knows, from being destroyed", async () => {
    const key = world.key();
    await key.deploy(goodConfig);
    world.clock.advance(Duration.days(1));
    inUse.add(String(key.state?.id));
    expect(await key.plan(null)).toMatchObject({
      action: "refused",
      diagnostics: [{ severity: "error", summary: "The key may be in use" }],
    });
    expect(await world.keys()).toHaveLength(1);

    inUse.clear();
    world.clock.advance(Duration.hours(1));
    expect((await key.deploy(null)).action).toBe("delete");
    expect(await world.keys()).toEqual([]);
  });

  test("keeps the last key that came into use after the plan was made", async () => {
    const key = world.key();
    await key.deploy(goodConfig);
    world.clock.advance(Duration.days(1));
    const plan = await key.plan(null);
    inUse.add(String(key.state?.id));
    world.clock.advance(Duration.hours(1));
    expect((await key.apply(plan)).diagnostics).toMatchObject([{ severity: "error" }]);
    expect(await world.keys()).toHaveLength(1);
  });

  test("does not bring a plan that its apply refuses, run after run, where the policy is changed", async () => {
    const key = world.key();
    const timeOnly = { ...goodConfig, verification: "time-only", overlap_window: "30d" };
    await key.deploy(timeOnly);
    world.clock.advance(Duration.days(90));
    const old = key.state;
    await world.use(old);
    await key.deploy(timeOnly);
    inUse.add(String(old?.id));
    const actions: string[] = [];
    for (let run = 0; run < 4; run += 1) {
      world.clock.advance(Duration.hours(2));
      await world.use(key.state);
      await nextProcess(key);
      const plan = await key.deploy(goodConfig);
      expect(plan.diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
      actions.push(plan.action);
    }
    expect(await world.use(old)).toBe(200);
    expect(actions).toEqual(["update", "no-op", "no-op", "no-op"]);
  });
});
