/**
 * A replaced key that an interrupted run has left in the state, waiting for its destruction, under the real Terraform.
 *
 * The files hold the secret of its successor already. What is destroyed must never be that one, also while nobody uses it.
 */
import path from "node:path";
import { Duration } from "../../src/model/duration";
import { newAgeReader } from "../support/age-reader";
import { HclProject, hclKey } from "../support/hcl-project";
import { KeyApiProcess } from "../support/key-api-process";
import { providerPids, signalAll } from "../support/provider-process";
import { until } from "../support/until";

jest.setTimeout(120_000);

test.each(["in use", "quiet"])(
  "a successor that is %s stays when the destruction of the key before it was cut short",
  async (use) => {
    // Given a key in an encrypted file, and a rotation that was killed while the overlap was waited for
    const api = await KeyApiProcess.start();
    const reader = await newAgeReader();
    const file = `{ encrypted_file = { path = "scheduler.age", recipients = ["${reader.recipient}"] } }`;
    const project = await HclProject.create(
      hclKey({ deliver_to: `[${file}]`, overlap_window: `"4m"`, quiet_period: `"1m"` }),
      api.environment,
    );
    try {
      const terraform = project.terraform();
      await terraform.init();
      await terraform.apply();
      await api.advancePast(Duration.days(90));
      const apply = terraform.start("apply", "-auto-approve");
      await until(() => /deposed object \w+\): Destroying/.test(apply.output()));
      signalAll(providerPids(apply.pid ?? 0), "SIGKILL");
      expect((await apply.result).code).toBe(1);
      expect(terraform.keys().map(({ isDeposed }) => isDeposed)).toEqual([false, true]);
      const { id } = terraform.key();
      const secret = String(await reader.read(path.join(project.folder, "scheduler.age")));

      // When a service has used the new key, just now or a while ago, and the next run comes
      await api.advancePast(Duration.minutes(1));
      expect(await api.use(secret)).toBe(200);
      if (use === "quiet") await api.advance(Duration.hours(1));
      await terraform.apply();

      // Then the new key is the active one, it still works, and nothing is left to do
      expect((await api.keys()).find((key) => key.id === id)?.name).toBe("scheduler-prod");
      expect(terraform.keys()).toMatchObject([{ isDeposed: false, attributes: { id } }]);
      expect(await api.use(secret)).toBe(200);
      expect(await terraform.isUpToDate()).toBe(true);
    } finally {
      project.remove();
      await api.end();
    }
  },
);
