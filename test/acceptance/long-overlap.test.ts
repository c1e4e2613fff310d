/**
 * Overlaps that last longer than an apply, under the real Terraform: what ends them is traffic, and each revocation is in a plan first.
 */
import { Duration } from "../../src/model/duration";
import { HclProject, hclKey } from "../support/hcl-project";
import { KeyApiProcess } from "../support/key-api-process";
import { changedAttributes, type KeyAttributes, type Terraform } from "../support/terraform";

jest.setTimeout(180_000);

describe("an overlap that is longer than an apply", () => {
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
    await terraform.apply();
  });
  afterEach(async () => {
    project.remove();
    await api.end();
  });

  const use = async ({ secret }: KeyAttributes): Promise<number> => await api.use(String(secret));

  /** Lets the key come due, while it is in use, and replaces it. Gives what Terraform printed. */
  async function rotate(): Promise<string> {
    await api.advancePast(Duration.days(90));
    expect(await use(terraform.key())).toBe(200);
    return await terraform.apply();
  }

  test("ends for each replaced key by itself, in a plan that shows exactly that key leaving", async () => {
    // Given a key that was replaced, and a warning that says what is missing
    const first = terraform.key();
    const printed = await rotate();
    expect(printed).toContain("Warning: The replaced key still works");
    expect(printed.replaceAll(/[\s│]+/g, " ")).toMatch(
      /The key [-0-9a-f]{36}, which was replaced as scheduler-prod, was not revoked, because the overlap of 1d lasts until \S+Z, and its successor has not been used/,
    );
    expect(await terraform.isUpToDate()).toBe(true);

    // And its successor, which was replaced too while a forgotten service still used the first one
    const second = terraform.key();
    await rotate();
    const third = terraform.key();
    expect(third.retiring.map(({ id }) => id)).toEqual([first.id, second.id]);
    expect([await use(first), await use(second), await use(third)]).toEqual([200, 200, 200]);
    expect(await terraform.isUpToDate()).toBe(true);

    // When the overlap is over, and only the second key has gone quiet
    await api.advancePast(Duration.hours(24));
    expect([await use(first), await use(third)]).toEqual([200, 200]);
    const [change, ...more] = await terraform.plan();

    // Then the plan takes the second key out of the list and does nothing else, and so does the apply
    expect(more).toEqual([]);
    expect(change).toMatchObject({ actions: ["update"], after: { retiring: [{ id: first.id }] } });
    expect(changedAttributes(change)).toEqual(["retiring"]);
    expect(await terraform.apply("plan.tfplan")).toContain("0 added, 1 changed, 0 destroyed");
    expect([await use(first), await use(second), await use(third)]).toEqual([200, 401, 200]);
    expect(await terraform.isUpToDate()).toBe(true);

    // When the first has gone quiet as well, then it goes the same way
    await api.advance(Duration.minutes(61));
    expect(await terraform.plan()).toMatchObject([{ actions: ["update"], after: { retiring: [] } }]);
    await terraform.apply("plan.tfplan");
    expect(await api.names()).toEqual(["scheduler-prod"]);
    expect(await use(third)).toBe(200);
    expect(await terraform.isUpToDate()).toBe(true);
  });

  test("does not end while nobody uses the new key, and plans stay empty", async () => {
    const first = terraform.key();
    await rotate();
    for (const time of [Duration.hours(25), Duration.days(60)]) {
      await api.advance(time);
      expect(await terraform.isUpToDate()).toBe(true);
    }
    expect(await api.names()).toEqual(["scheduler-prod", "scheduler-prod~retiring~NONCE"]);
    expect(await use(first)).toBe(200);
  });
});
