/**
 * Plans that are saved and applied later, under the real Terraform, when the world is no longer what it was.
 */
import { Duration } from "../../src/model/duration";
import { HclProject, hclKey } from "../support/hcl-project";
import { KeyApiProcess } from "../support/key-api-process";
import type { Terraform } from "../support/terraform";
import { until } from "../support/until";

jest.setTimeout(180_000);

describe("a saved plan", () => {
  let api: KeyApiProcess;
  let project: HclProject;
  let terraform: Terraform;

  beforeEach(async () => {
    api = await KeyApiProcess.start();
    project = await HclProject.create(hclKey(), api.environment, { deliversToState: true });
    terraform = project.terraform();
    await terraform.init();
    await terraform.apply();
  });
  afterEach(async () => {
    project.remove();
    await api.end();
  });

  test("does what it says when the key has come due since; the next plan shows the rotation", async () => {
    // Given a plan in place, made an hour before the key is due
    project.write(hclKey({ owner: `"somebody-else@acme.example"` }));
    await api.advance(Duration.hours(90 * 24 - 1));
    expect(await terraform.plan()).toMatchObject([{ actions: ["update"] }]);
    const before = terraform.key();

    // When it is applied two hours later
    await api.advance(Duration.hours(2));
    expect(await terraform.apply("plan.tfplan")).toContain("0 added, 1 changed, 0 destroyed");

    // Then it has changed what it said, and nothing else
    expect(terraform.key()).toMatchObject({ id: before.id, owner: "somebody-else@acme.example" });
    expect(await terraform.plan()).toMatchObject([{ actions: ["create", "delete"], replacePaths: [["rotate_after"]] }]);
  });

  test("revokes nothing when the replaced key has come into use since", async () => {
    // Given a plan that takes the replaced key out of the list
    const first = terraform.key();
    await api.advancePast(Duration.days(90));
    await terraform.apply();
    await api.advancePast(Duration.hours(24));
    await api.use(String(terraform.key().secret));
    expect(await terraform.plan()).toMatchObject([{ actions: ["update"], after: { retiring: [] } }]);

    // When somebody uses that key before it is applied
    await api.use(String(first.secret));
    const { code, output } = await terraform.run("apply", "plan.tfplan");

    // Then it fails with the reason, and both keys are as they were
    expect(code).toBe(1);
    expect(output.replaceAll(/[\s│]+/g, " ")).toMatch(
      /Error: Not possible with the key as it is now .* must stay: it was last used at .* Nothing was changed\. Plan again\./,
    );
    expect(await api.names()).toEqual(["scheduler-prod", "scheduler-prod~retiring~NONCE"]);
    expect(terraform.key().retiring).toHaveLength(1);
    expect(await api.use(String(first.secret))).toBe(200);
    expect(await terraform.isUpToDate()).toBe(true);
  });

  test("is stale after it was applied, and applying it again changes nothing", async () => {
    await api.advancePast(Duration.days(90));
    await terraform.plan();
    await terraform.apply("plan.tfplan");
    const keys = await api.keys();

    const { code, output } = await terraform.run("apply", "plan.tfplan");

    expect(code).toBe(1);
    expect(output).toContain("Error: Saved plan is stale");
    expect(await api.keys()).toEqual(keys);
    expect(await api.use(String(terraform.key().secret))).toBe(200);
    expect(await terraform.isUpToDate()).toBe(true);
  });

  test("that two pipelines apply at once is applied by the first, and the other gets no lock", async () => {
    // Given a plan of a rotation, whose apply is held while it mints the key
    const before = terraform.key();
    await api.advancePast(Duration.days(90));
    await terraform.plan();
    const startedAt = (await api.requests()).length;
    await api.setFaults([{ kind: "rate-limit", retryAfterSeconds: 5, method: "POST" }]);
    const first = terraform.start("apply", "plan.tfplan");
    await until(async () => (await api.requests()).slice(startedAt).some(({ status }) => status === 429));

    // When the other comes, with the same plan or with one of its own
    for (const args of [["plan.tfplan"], ["-auto-approve"]]) {
      const { code, output } = await terraform.run("apply", "-input=false", ...args);
      expect(code).toBe(1);
      expect(output).toContain("Error acquiring the state lock");
    }

    // Then the first goes through, as if nothing had been
    expect((await first.result).code).toBe(0);
    expect(terraform.key().retiring).toMatchObject([{ id: before.id }]);
    expect(await api.names()).toEqual(["scheduler-prod", "scheduler-prod~retiring~NONCE"]);
    expect(await api.use(String(terraform.key().secret))).toBe(200);
    expect(await terraform.isUpToDate()).toBe(true);
  });
});
