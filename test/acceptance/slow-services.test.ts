/**
 * Services that read their secret on schedule, late, or never, in an overlap that lasts longer than an apply, under the real Terraform.
 *
 * A day is lived hour by hour: every hour all services send a request, and at some of them Terraform runs.
 */
import { Duration } from "../../src/model/duration";
import { secretInState } from "../support/consumer";
import { HclProject, hclKey } from "../support/hcl-project";
import { KeyApiProcess } from "../support/key-api-process";
import { Service } from "../support/service";
import { asOneLine, type KeyAttributes, type Terraform } from "../support/terraform";

jest.setTimeout(120_000);

describe("in an overlap of a day", () => {
  let api: KeyApiProcess;
  let project: HclProject;
  let terraform: Terraform;
  let first: KeyAttributes;

  const service = (rereadsAfter: Duration | undefined): Service =>
    new Service(api, secretInState(terraform.stateFile), rereadsAfter);

  beforeEach(async () => {
    api = await KeyApiProcess.start();
    project = await HclProject.create(
      hclKey({ overlap_window: `"24h"`, quiet_period: `"3h"`, max_overlap: `"7d"` }),
      api.environment,
      { deliversToState: true },
    );
    terraform = project.terraform();
    await terraform.init();
    await terraform.apply();
    first = terraform.key();
  });
  afterEach(async () => {
    project.remove();
    await api.end();
  });

  async function liveHours(hours: number, services: readonly Service[]): Promise<void> {
    for (let hour = 0; hour < hours; hour += 1) {
      await api.advance(Duration.hours(1));
      for (const each of services) await each.work();
    }
  }

  /** Plans, and expects that nothing is to be done. @returns what it printed, on one line */
  async function emptyPlan(): Promise<string> {
    const { code, output } = await terraform.run("plan", "-input=false", "-detailed-exitcode");
    expect(output).toContain("No changes.");
    expect(code).toBe(0);
    return asOneLine(output);
  }

  test("services that read it on schedule and late never fail, and the old key ends once they have changed over", async () => {
    const onSchedule = service(Duration.hours(1));
    const late = service(Duration.hours(18));
    const services = [onSchedule, late];

    // Given a rotation right after both have read the old secret
    await api.advancePast(Duration.days(90));
    await Promise.all(services.map((each) => each.work()));
    await terraform.apply();

    // When the late one has gone on with it for more than half of the overlap, then nothing is planned
    await liveHours(17, services);
    expect(await api.keys()).toMatchObject([{ id: first.id }, { id: terraform.key().id }]);
    expect(await emptyPlan()).not.toContain("Warning");

    // When the overlap is over, and the old key has been quiet for long enough, then it goes, and nobody has failed
    await liveHours(8, services);
    expect(await terraform.plan()).toMatchObject([{ actions: ["update"], after: { retiring: [] } }]);
    await terraform.apply("plan.tfplan");
    expect(await api.names()).toEqual(["scheduler-prod"]);
    await liveHours(2, services);
    for (const { answers } of services) expect(new Set(answers)).toEqual(new Set([200]));
    expect(await api.use(String(first.secret))).toBe(401);
    expect(await emptyPlan()).not.toContain("Warning");
  });

  test("a service that never reads it keeps the old key, and every plan says so, past the longest overlap loudly", async () => {
    const services = [service(Duration.hours(1)), service(undefined)];
    await api.advancePast(Duration.days(90));
    await Promise.all(services.map((each) => each.work()));
    await terraform.apply();
    const replacedAt = /~retiring~(\d{8})t/.exec(terraform.key().retiring[0]?.name ?? "")?.[1] ?? "";
    expect(replacedAt).toMatch(/^\d{8}$/);
    const day = `${replacedAt.slice(0, 4)}-${replacedAt.slice(4, 6)}-${replacedAt.slice(6)}`;

    // When the overlap is over, then plans are empty, and each says which condition is missing, and since when the key is replaced
    await liveHours(26, services);
    const condition = new RegExp(
      `The key scheduler-prod~retiring~\\S+ \\(${first.id}\\), owned by team@acme\\.example, still works; it was replaced at ${day}T\\S+Z.* ` +
        `It stays, because it was last used at \\S+Z, and must be quiet for 3h\\.`,
    );
    for (let plans = 0; plans < 2; plans += 1) {
      const printed = await emptyPlan();
      expect(printed).toContain("Warning: A replaced key of scheduler-prod outlives its overlap");
      expect(printed).toMatch(condition);
    }
    expect(await terraform.apply()).toContain("0 added, 0 changed, 0 destroyed");

    // When the longest overlap is over too, then each plan says that, and an apply still leaves the key alone
    await api.advance(Duration.days(6));
    await liveHours(1, services);
    for (let plans = 0; plans < 2; plans += 1) {
      const printed = await emptyPlan();
      expect(printed).toContain("Warning: A replaced key of scheduler-prod has outlived its longest overlap");
      expect(printed).toContain("longer than max_overlap (7d) ago");
      expect(printed).toMatch(condition);
    }
    expect(await terraform.apply()).toContain("0 added, 0 changed, 0 destroyed");
    for (const { answers } of services) expect(new Set(answers)).toEqual(new Set([200]));

    // When that service is gone at last, then the key goes as any other
    await liveHours(4, services.slice(0, 1));
    expect(await terraform.plan()).toMatchObject([{ actions: ["update"], after: { retiring: [] } }]);
  });
});
