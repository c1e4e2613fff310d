/** Delivery targets that are changed while a key lives, or while it is being made. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { Duration } from "../../src/model/duration";
import { newAgeReader } from "../support/age-reader";
import { goodConfig, KeyWorld } from "../support/key-world";
import type { ProviderHarness } from "../support/provider-harness";
import { Killer, startProcess } from "../support/random-life/killable-process";
import { RollingBack } from "../support/rolling-back";

test("a target that is not declared any more keeps a secret that will end, and the plan says so", async () => {
  const site = await RollingBack.start();
  try {
    await site.create();
    const only = (audit: string): object => {
      const config = site.config(audit) as { deliver_to: readonly object[] };
      return { ...config, deliver_to: config.deliver_to.slice(0, 1) };
    };
    const plan = await site.key.deploy(only("none"));
    expect(plan.action).toBe("update");
    expect(plan.diagnostics).toMatchObject([
      { severity: "warning", path: "deliver_to", summary: "A delivery target is given up" },
    ]);
    expect(plan.diagnostics[0]?.detail).toContain(site.files[1]);
    expect(plan.diagnostics[0]?.detail).toContain(String(site.state.id));
    expect(await site.key.plan(only("none"))).toMatchObject({ action: "no-op", diagnostics: [] });
  } finally {
    await site.close();
  }
});

test("a first creation that was killed is finished for the readers that are declared now", async () => {
  const world = await KeyWorld.start();
  const folder = mkdtempSync(path.join(tmpdir(), "keyturn-readers-"));
  try {
    const file = path.join(folder, "key.age");
    const wrong = await newAgeReader();
    const right = await newAgeReader();
    const config = ({ recipient }: { recipient: string }): object => ({
      ...goodConfig,
      deliver_to: [{ encrypted_file: { path: file, recipients: [recipient] } }],
    });
    const key = world.key();
    const killer = new Killer(world);
    const plan = await key.plan(config(wrong));
    key.continueWith(((await startProcess(world, killer)) as ProviderHarness).server);
    const isKilled = await killer.during({ at: { method: "PATCH", path: "/v1/api-keys" }, isDone: false }, async () => {
      await key.apply(plan);
    });
    expect(isKilled).toBe(true);
    // The recipient was the wrong one, so it is corrected before the next run.
    for (let run = 0; run < 3; run += 1) {
      key.continueWith(((await startProcess(world, new Killer(world))) as ProviderHarness).server);
      await key.deploy(config(right));
      world.clock.advance(Duration.hours(2));
    }
    expect(await right.read(file)).toContain("pb_");
    expect(await world.names()).toEqual(["scheduler-prod", "scheduler-prod~retiring~NONCE"]);
    expect(key.state?.retiring).toHaveLength(1);
  } finally {
    await world.close();
    rmSync(folder, { recursive: true, force: true });
  }
});
