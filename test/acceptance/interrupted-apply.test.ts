/**
 * Applies that are cut short, by Ctrl-C and while a first key is made, under the real Terraform: services go on, and the next applies
 * put all right. Each step of a rotation is killed in the kill sweep.
 */
import { Duration } from "../../src/model/duration";
import type { Fault } from "../../src/testing";
import { Consumer, secretInState } from "../support/consumer";
import { HclProject, hclKey } from "../support/hcl-project";
import { KeyApiProcess } from "../support/key-api-process";
import type { RunningCommand } from "../support/run";
import type { KeyAttributes, Terraform } from "../support/terraform";
import { until } from "../support/until";

jest.setTimeout(180_000);

const active = "scheduler-prod";
const pending = "scheduler-prod~pending~NONCE";
const retiring = "scheduler-prod~retiring~NONCE";

/** Too long to be waited for, so that every apply ends at once. */
const longOverlap = Duration.hours(24);

/** Within what an apply waits for, and long enough to be interrupted. */
const shortOverlap = Duration.minutes(4);

describe("an apply that is cut short", () => {
  let api: KeyApiProcess;
  let project: HclProject;
  let terraform: Terraform;
  let consumer: Consumer;

  beforeEach(async () => {
    api = await KeyApiProcess.start();
    project = await HclProject.create(keyWith(longOverlap), api.environment, { deliversToState: true });
    terraform = project.terraform();
    await terraform.init();
    consumer = new Consumer(api, secretInState(terraform.stateFile));
  });
  afterEach(async () => {
    await consumer.stop();
    project.remove();
    await api.end();
  });

  const keyWith = (overlap: Duration): string =>
    hclKey({ overlap_window: `"${overlap}"`, quiet_period: `"1m"`, overlap_wait: `"5m"` });

  /** Makes a key that is due, in use by a service, and has that overlap. */
  async function makeDueKey(overlap: Duration): Promise<KeyAttributes> {
    project.write(keyWith(overlap));
    await terraform.apply();
    await api.advancePast(Duration.days(90));
    return terraform.key();
  }

  /** Applies until there is nothing to do. @returns how many applies that took */
  async function converge(): Promise<number> {
    for (let applies = 0; applies < 4; applies += 1) {
      if ((await terraform.isUpToDate()) === true) return applies;
      await terraform.apply();
    }
    throw new Error(`there is always something to do:\n${terraform.transcript.slice(-5_000)}`);
  }

  /** Lets the overlap pass, and expects that one working key is left, and that no service has noticed anything. */
  async function expectOneKeyInTheEnd(): Promise<void> {
    const { id } = terraform.key();
    const startedAt = (await api.requests()).length;
    await until(async () => (await api.requests()).slice(startedAt).some(({ keyId }) => keyId === id));
    await api.advance(Duration.hours(25));
    await converge();
    expect(await api.names()).toEqual([active]);
    expect(await api.keys()).toMatchObject([{ id: terraform.key().id }]);
    const { sent, failures } = await consumer.stop();
    expect(sent).toBeGreaterThan(0);
    expect(failures).toEqual([]);
  }

  test("by Ctrl-C in the overlap ends by itself and keeps both keys, and later runs go on from there", async () => {
    const old = await makeDueKey(shortOverlap);
    const apply = terraform.start("apply", "-auto-approve");
    await reach(apply, () => apply.output().includes("Destroying..."));

    apply.signal("SIGINT");
    const interruptedAt = performance.now();
    const { code, output } = await apply.result;

    expect(performance.now() - interruptedAt).toBeLessThan(20_000);
    expect(code).toBe(1);
    expect(output).toContain("Warning: The replaced key still works");
    expect(await api.names()).toEqual([active, retiring]);
    expect(await api.use(String(old.secret))).toBe(200);
    expect(terraform.keys()).toHaveLength(1);
    expect(await terraform.isUpToDate()).toBe(true);
    expect(terraform.key().id).not.toBe(old.id);
    await expectOneKeyInTheEnd();
  });

  test("by kill -9 while the first key is pending begins anew", async () => {
    await api.setFaults([holdPatch(0)]);
    const apply = terraform.start("apply", "-auto-approve");
    await reach(apply, async () => (await api.names()).join() === pending);
    apply.signal("SIGKILL");
    await apply.result;
    await api.setFaults([]);

    expect(await converge()).toBe(1);
    expect(await api.names()).toEqual([active, pending]);
    expect(terraform.key().retiring).toHaveLength(1);
    await expectOneKeyInTheEnd();
  });
});

/** Waits for a moment of an apply. @throws Error with everything that it said if it ends before */
async function reach(apply: RunningCommand, isThere: () => boolean | Promise<boolean>): Promise<void> {
  let end: string | undefined;
  void apply.result.then(
    ({ output }) => (end = output),
    (error: unknown) => (end = String(error)),
  );
  await until(async () => end !== undefined || (await isThere()));
  if (end !== undefined) throw new Error(`the apply has ended before it could be cut short:\n${end}`);
}

/** Holds the apply at the renaming that comes after so many others. */
function holdPatch(after: number): Fault {
  return { kind: "rate-limit", retryAfterSeconds: 20, method: "PATCH", after, count: "always" };
}
