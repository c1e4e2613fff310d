import { Duration } from "../../src/model/duration";
import { RollingBack } from "../support/rolling-back";

const active = "scheduler-prod";
const rolledBack = "scheduler-prod~rolledback~NONCE";

let site: RollingBack;
beforeEach(async () => {
  site = await RollingBack.start();
});
afterEach(async () => {
  await site.close();
});

/** A key that was rotated a quarter of an hour ago, with an overlap of an hour. */
async function rotated(): Promise<{ first: string; second: string; secret: string | undefined }> {
  const first = await site.create();
  const [secret] = await site.secrets();
  const second = await site.rotate("spring");
  site.world.clock.advance(Duration.minutes(15));
  return { first, second, secret };
}

const planned = async (audit = "spring"): Promise<string> => (await site.key.plan(site.config(audit))).action;

describe("a roll-back that is killed", () => {
  const steps = [0, 1, 2, 3, 4].flatMap((step) => (["before", "after"] as const).map((when) => ({ step, when })));

  test.each(steps)("$when step $step leaves keys that work, and the next one finishes it", async (at) => {
    const { first, second, secret } = await rotated();
    const [newer] = await site.secrets();
    expect(await site.rollBackKilled(at)).toBe(true);
    expect(await site.useAll()).toEqual([200, 200]);
    expect([await site.use(secret), await site.use(newer)]).toEqual([200, 200]);

    const report = await site.rollBack();
    expect(report).toMatchObject({ active: { id: first }, rolledBack: { id: second } });
    expect(report.outcome).toBe(at.step === 4 && at.when === "after" ? "done-before" : "rolled-back");
    expect(await site.secrets()).toEqual([secret, secret]);
    expect(await site.world.names()).toEqual([active, rolledBack]);
    expect(await planned()).toBe("no-op");
    expect(site.state.id).toBe(first);
  });

  test("has no more steps than these", async () => {
    await rotated();
    expect(await site.rollBackKilled({ step: steps.length / 2, when: "before" })).toBe(false);
  });

  test.each(steps)("$when step $step is no danger to a deployment long after it", async (at) => {
    // Given services that go on with the newer key, which they have in memory, so that the older one is quiet
    await rotated();
    const [newer] = await site.secrets();
    await site.rollBackKilled(at);
    site.world.clock.advance(Duration.hours(5));
    expect(await site.use(newer)).toBe(200);

    // When deployments run, and nobody has finished the roll-back
    for (let run = 0; run < 3; run += 1) {
      const { diagnostics } = await site.key.deploy(site.config("spring"));
      expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
      site.world.clock.advance(Duration.hours(1));
      expect(await site.use(newer)).toBe(200);
    }

    // Then whoever reads a secret now gets one that works
    expect(await site.useAll()).toEqual([200, 200]);
  });
});

describe("a roll-back on a bad network", () => {
  const faults = [
    ["an error of the API", { kind: "error", status: 500 }],
    ["an answer lost after everything is done", { kind: "lost-response" }],
    ["a connection reset", { kind: "reset" }],
  ] as const;
  const table = faults.flatMap(([what, fault]) => [0, 1, 2].map((after) => ({ what, fault, after })));

  test.each(table)("goes on from where $what has ended it, at renaming $after", async ({ fault, after }) => {
    const { first, secret } = await rotated();
    site.world.api.setFaults([{ ...fault, method: "PATCH", after, count: "always" }]);
    await expect(site.rollBack()).rejects.toThrow("Run it again: it goes on from where it stopped");
    expect(await site.useAll()).toEqual([200, 200]);

    site.world.api.setFaults([]);
    expect((await site.rollBack()).active.id).toBe(first);
    expect(await site.secrets()).toEqual([secret, secret]);
    expect(await site.world.names()).toEqual([active, rolledBack]);
    expect(await planned()).toBe("no-op");
  });

  test("says at once that a new key is needed where the key before was revoked in the middle of it", async () => {
    const { first, second } = await rotated();
    await site.rollBackKilled({ step: 3, when: "after" });
    await site.world.revoke(first);
    await expect(site.rollBack()).rejects.toThrow(
      `hand out the secret of the key ${first}, which does not work any more`,
    );

    expect((await site.key.deploy(site.config("spring"))).action).toBe("replace");
    expect(await site.useAll()).toEqual([200, 200]);
    expect([first, second]).not.toContain(site.state.id);
  });
});
