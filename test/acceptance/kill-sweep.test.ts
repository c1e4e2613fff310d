/**
 * kill -9 at every step of a rotation, of the provider alone and of Terraform with it, under the real Terraform and under traffic.
 *
 * Every step is killed once. With KEYTURN_SWEEP=all, every step is killed in each of the ways, which takes about ten minutes.
 */
import { readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { Duration } from "../../src/model/duration";
import { newAgeReader, type AgeReader } from "../support/age-reader";
import { Consumer, secretInFile, secretInState, type SecretSource } from "../support/consumer";
import { HclProject, hclKey } from "../support/hcl-project";
import { KeyApiProcess } from "../support/key-api-process";
import { keyHistory } from "../support/key-history";
import { killMoments, rolloutCommand, type KillMoment, type Target } from "../support/kill-moments";
import { providerPids, signalAll } from "../support/provider-process";
import type { RunningCommand } from "../support/run";
import type { Terraform } from "../support/terraform";
import { until } from "../support/until";

jest.setTimeout(120_000);

const active = "scheduler-prod";
const foreignNames = ["dashboard", `${active}~retired~1`];
const files = ["scheduler.age", "standby.age"];

type Victim = "the provider" | "terraform and the provider";
const ways: readonly (readonly [Victim, Target])[] = [
  ["the provider", "the state"],
  ["terraform and the provider", "encrypted files"],
  ["the provider", "encrypted files"],
  ["terraform and the provider", "the state"],
];

const isLong = process.env["KEYTURN_SWEEP"] === "all";

const cases = killMoments.flatMap((moment, index) => {
  const possible = ways.filter(([, target]) => moment.targets?.includes(target) ?? true);
  const chosen = isLong ? possible : [possible[index % possible.length]].filter((way) => way !== undefined);
  return chosen.map(([victim, target]) => ({ moment, step: moment.step, victim, target }));
});

describe("kill -9 in a rotation loses nothing", () => {
  let api: KeyApiProcess;
  let project: HclProject;
  let terraform: Terraform;
  let reader: AgeReader;
  let consumers: readonly Consumer[];

  beforeAll(async () => {
    reader = await newAgeReader();
  });
  beforeEach(async () => {
    api = await KeyApiProcess.start();
    for (const name of foreignNames) await api.createForeignKey(name);
    consumers = [];
  });
  afterEach(async () => {
    await Promise.all(consumers.map((consumer) => consumer.stop()));
    project.remove();
    await api.end();
  });

  test.each(cases)("of $victim, step $step, with the secret in $target", async ({ moment, victim, target }) => {
    // Given a key that is due, services that use it, and keys of others
    project = await HclProject.create("", api.environment, { deliversToState: target === "the state" });
    project.write(configuration(moment, target));
    terraform = project.terraform();
    await terraform.init();
    await terraform.apply();
    rmSync(path.join(project.folder, "rollouts"));
    consumers = sourcesOf(target).map((source) => new Consumer(api, source, { path: "/v1/projects" }));
    const foreign = await foreignKeys();
    await api.advancePast(Duration.days(90));
    await everyConsumerIsAtWork();

    // When the rotation is killed at that step
    await killAt(moment, victim);

    // Then services go on, and the next runs end with one active key, which services read
    await everyConsumerIsAtWork();
    await converge();
    expect((await api.names()).filter((name) => name === active)).toHaveLength(1);
    expect(terraform.key().name).toBe(active);
    await servicesUse(terraform.key().id);

    // And when everything has had its time, no other key is left, nobody has noticed anything, and others were left alone
    await api.advance(Duration.hours(25));
    await everyConsumerIsAtWork();
    await converge();
    const ours = (await api.keys()).filter(({ name }) => !foreignNames.includes(name));
    expect(ours).toMatchObject([{ id: terraform.key().id, name: active }]);
    for (const { sent, failures } of await Promise.all(consumers.map((consumer) => consumer.stop()))) {
      expect(sent).toBeGreaterThan(0);
      expect(failures).toEqual([]);
    }
    expect(await foreignKeys()).toEqual(foreign);
    expect(Math.min(...(await keyHistory(api, active)).working)).toBeGreaterThan(0);
  });

  function configuration({ overlap = Duration.hours(24) }: KillMoment, target: Target): string {
    const stores = files.map(
      (file) => `{ encrypted_file = { path = "${file}", recipients = ["${reader.recipient}"] } }`,
    );
    return `${hclKey({
      overlap_window: `"${overlap}"`,
      quiet_period: `"1s"`,
      ...(target === "encrypted files" && { deliver_to: `[${stores.join(", ")}]` }),
    })}
resource "terraform_data" "rollout" {
  triggers_replace = keyturn_api_key.scheduler.id
  provisioner "local-exec" { command = "${rolloutCommand}" }
}`;
  }

  function sourcesOf(target: Target): readonly SecretSource[] {
    if (target === "the state") return [secretInState(terraform.stateFile)];
    return files.map((file) => secretInFile(path.join(project.folder, file), reader));
  }

  async function killAt({ faults = [], prepare, isReached }: KillMoment, victim: Victim): Promise<void> {
    const contentsBefore = files.map(contentOf);
    const startedAt = (await api.requests()).length;
    const isHeld = async (): Promise<boolean> =>
      (await api.requests()).slice(startedAt).some(({ status }) => status === 429);
    prepare?.(project.folder);
    await api.setFaults(faults);
    const apply = terraform.start("apply", "-auto-approve");
    const terraformPid = apply.pid ?? 0;
    const filesChanged = (): number => files.filter((file, index) => contentOf(file) !== contentsBefore[index]).length;
    const scene = { folder: project.folder, terraformPid, isHeld, output: apply.output, filesChanged };
    await reach(apply, async () => await (isReached ? isReached(scene) : isHeld()));
    const pids = providerPids(terraformPid);
    expect(pids.length).toBeGreaterThan(0);
    if (victim === "the provider") signalAll(pids, "SIGKILL");
    else apply.signal("SIGKILL");
    rmSync(path.join(project.folder, "rollout-is-held"), { force: true });
    const { code } = await apply.result;
    expect(code).toBe(victim === "the provider" ? 1 : null);
    await api.setFaults([]);
  }

  function contentOf(file: string): string | undefined {
    try {
      return readFileSync(path.join(project.folder, file), "latin1");
    } catch {
      return undefined;
    }
  }

  /** Waits until each has sent some more requests. */
  async function everyConsumerIsAtWork(): Promise<void> {
    const sentBefore = consumers.map((consumer) => consumer.sent);
    await until(() => consumers.every((consumer, index) => consumer.sent > (sentBefore[index] ?? 0) + 1));
  }

  async function servicesUse(keyId: string): Promise<void> {
    const startedAt = (await api.requests()).length;
    await until(async () => (await api.requests()).slice(startedAt).filter((each) => each.keyId === keyId).length > 4);
  }

  async function foreignKeys(): Promise<unknown> {
    return (await api.keys()).filter(({ name }) => foreignNames.includes(name));
  }

  /** Applies until there is nothing to do. */
  async function converge(): Promise<void> {
    for (let applies = 0; applies < 3; applies += 1) {
      await terraform.apply();
      if ((await terraform.isUpToDate()) === true) return;
    }
    throw new Error(`there is always something to do:\n${terraform.transcript.slice(-5_000)}`);
  }
});

/** Waits for a moment of an apply. @throws Error with everything that it said if it ends before */
async function reach(apply: RunningCommand, isThere: () => Promise<boolean>): Promise<void> {
  let end: string | undefined;
  void apply.result.then(
    ({ output }) => (end = output),
    (error: unknown) => (end = String(error)),
  );
  await until(async () => end !== undefined || (await isThere()));
  if (end !== undefined) throw new Error(`the apply has ended before it could be killed:\n${end}`);
}
