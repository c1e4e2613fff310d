/**
 * Where nobody can tell whether a replaced key is in use, and where one is gone already, under the real Terraform.
 */
import { Duration } from "../../src/model/duration";
import type { Behaviour } from "../../src/testing";
import { HclProject, hclKey } from "../support/hcl-project";
import { KeyApiProcess } from "../support/key-api-process";
import { asOneLine, type Terraform } from "../support/terraform";

jest.setTimeout(120_000);

describe("a replaced key", () => {
  let api: KeyApiProcess;
  let project: HclProject;
  let terraform: Terraform;

  beforeEach(async () => {
    api = await KeyApiProcess.start();
    project = await HclProject.create(hclKey({ overlap_window: `"24h"`, quiet_period: `"1h"` }), api.environment, {
      deliversToState: true,
    });
    terraform = project.terraform();
    await terraform.init();
  });
  afterEach(async () => {
    project.remove();
    await api.end();
  });

  /** Replaces the key, and lets the overlap pass while a service uses the new one. */
  async function rotate(): Promise<void> {
    await terraform.apply();
    await api.advancePast(Duration.days(90));
    await terraform.apply();
    await api.advance(Duration.hours(25));
    expect(await api.use(String(terraform.key().secret))).toBe(200);
    await api.advance(Duration.hours(2));
  }

  test.each<[string, Partial<Behaviour>]>([
    ["neither tells of uses nor notes reads", { keepsLastUsed: false, logsReads: false }],
    ["tells of names only", { namesOnly: true }],
    ["forgets its log at once", { keepsLastUsed: false, logsReads: true, retentionDays: 0 }],
  ])("is not revoked on an API that %s, and every plan says why", async (_name, behaviour) => {
    await api.behave(behaviour);
    await rotate();
    for (const time of [Duration.hours(1), Duration.days(30)]) {
      await api.advance(time);
      const { code, output } = await terraform.run("plan", "-input=false", "-detailed-exitcode");
      expect(output).toContain("No changes.");
      expect(code).toBe(0);
      expect(asOneLine(output)).toMatch(
        /Warning: A replaced key .* It stays, because .*nothing tells whether it is in use: the silence of last_used_at( and the activity log)? means nothing, as far as has been seen/,
      );
      expect(await terraform.apply()).toContain("0 added, 0 changed, 0 destroyed");
    }
    expect(await api.names()).toEqual(["scheduler-prod", "scheduler-prod~retiring~NONCE"]);
  });

  test("ends by the activity log on an API that does not tell of uses, but notes reads", async () => {
    await api.behave({ keepsLastUsed: false, logsReads: true });
    await rotate();
    expect(await terraform.plan()).toMatchObject([{ actions: ["update"], after: { retiring: [] } }]);
    await terraform.apply("plan.tfplan");
    expect(await api.names()).toEqual(["scheduler-prod"]);
  });

  test.each([true, false])(
    "that was deleted by hand is no error, and the plan is empty (revoked keys listed: %s)",
    async (listsRevokedKeys) => {
      await api.behave({ listsRevokedKeys });
      await terraform.apply();
      await api.advancePast(Duration.days(90));
      await terraform.apply();
      const [retiring, ...others] = terraform.key().retiring;
      expect(others).toEqual([]);

      await api.revoke(String(retiring?.id));

      const { code, output } = await terraform.run("plan", "-input=false", "-detailed-exitcode");
      expect(code).toBe(0);
      expect(output).toContain("No changes.");
      expect(output).not.toMatch(/Error|Warning/);
      expect(await terraform.apply()).toContain("0 added, 0 changed, 0 destroyed");
      expect(terraform.key().retiring).toEqual([]);
      expect(await api.use(String(terraform.key().secret))).toBe(200);
    },
  );
});
