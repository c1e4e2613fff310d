/**
 * Rotations that are asked for, under the real Terraform: by a trigger, and by a report of a leak, which turns the order round.
 */
import { Duration } from "../../src/model/duration";
import { HclProject, hclKey } from "../support/hcl-project";
import { KeyApiProcess } from "../support/key-api-process";
import { keyHistory } from "../support/key-history";
import { asOneLine, type Terraform } from "../support/terraform";

jest.setTimeout(120_000);

describe("a rotation that is asked for", () => {
  let api: KeyApiProcess;
  let project: HclProject;
  let terraform: Terraform;

  beforeEach(async () => {
    api = await KeyApiProcess.start();
    await api.createForeignKey("scheduler-prod-of-somebody-else");
    project = await HclProject.create(keyWith({}), api.environment, { deliversToState: true });
    terraform = project.terraform();
    await terraform.init();
    await terraform.apply();
  });
  afterEach(async () => {
    project.remove();
    await api.end();
  });

  const keyWith = (settings: Readonly<Record<string, string>>): string =>
    hclKey({ overlap_window: `"24h"`, quiet_period: `"1h"`, ...settings });

  const ourKeys = async (): Promise<readonly { readonly id: string; readonly name: string }[]> =>
    (await api.keys()).filter(({ name }) => name !== "scheduler-prod-of-somebody-else");

  test("by a trigger happens when one is added or changed, and not when one is removed", async () => {
    for (const triggers of [`{ joiners = "1" }`, `{ joiners = "2" }`, `{ joiners = "2", leavers = "1" }`]) {
      const before = terraform.key();
      project.write(keyWith({ rotation_triggers: triggers }));
      expect(await terraform.plan()).toMatchObject([
        { actions: ["create", "delete"], replacePaths: [["rotation_triggers"]] },
      ]);
      await terraform.apply("plan.tfplan");
      expect(terraform.key().id).not.toBe(before.id);
      expect(await api.use(String(before.secret))).toBe(200);
      expect(await terraform.isUpToDate()).toBe(true);
    }
    for (const triggers of [`{ joiners = "2" }`, `{}`, "null"]) {
      const { id } = terraform.key();
      project.write(keyWith({ rotation_triggers: triggers }));
      await terraform.apply();
      expect(terraform.key().id).toBe(id);
      expect(await terraform.isUpToDate()).toBe(true);
    }
  });

  test("by a report of a leak revokes every generation first, and is over then, though it is still written down", async () => {
    // Given three generations, of which two are retiring and in use
    const generations = [terraform.key()];
    for (const trigger of ["1", "2"]) {
      project.write(keyWith({ rotation_triggers: `{ staffing = "${trigger}" }` }));
      await terraform.apply();
      generations.push(terraform.key());
    }
    for (const { secret } of generations) expect(await api.use(String(secret))).toBe(200);

    // When a leak is reported, then the plan says in an update which keys go first
    const leak = { rotation_triggers: `{ staffing = "2" }`, compromised: `"INC-42"` };
    project.write(keyWith(leak));
    const planned = await terraform.run("plan", "-input=false", "-out=leak.tfplan");
    expect(asOneLine(planned.output)).toMatch(
      /Warning: Compromised keys are revoked first .*Because of INC-42, the apply revokes the keys .* of scheduler-prod first/,
    );
    expect(asOneLine(planned.output)).toContain("0 to add, 1 to change, 0 to destroy");
    for (const { id } of generations) expect(asOneLine(planned.output)).toContain(id);
    const before = (await keyHistory(api, "scheduler-prod")).events.length;
    const applied = asOneLine(await terraform.apply("leak.tfplan"));
    expect(applied).toContain("Warning: Compromised keys were revoked");

    // Then every older generation was revoked, the active one last, before the new one was made
    const { events } = await keyHistory(api, "scheduler-prod");
    const current = terraform.key();
    expect(events.slice(before)).toEqual([
      ...generations.map(({ id }) => ({ what: "revoked", keyId: id })),
      { what: "created", keyId: current.id },
      { what: "updated", keyId: current.id },
    ]);
    for (const { secret } of generations) expect(await api.use(String(secret))).toBe(401);
    expect(await api.use(String(current.secret))).toBe(200);
    expect(await ourKeys()).toMatchObject([{ id: current.id, name: "scheduler-prod" }]);
    expect(await terraform.isUpToDate()).toBe(true);

    // And the next rotation is one like every other, also while the leak is still written down
    await api.advancePast(Duration.days(90));
    expect(await api.use(String(current.secret))).toBe(200);
    expect(await terraform.plan()).toMatchObject([{ actions: ["create", "delete"], replacePaths: [["rotate_after"]] }]);
    await terraform.apply("plan.tfplan");
    expect(await api.use(String(current.secret))).toBe(200);
    expect((await ourKeys()).map(({ id }) => id)).toEqual([current.id, terraform.key().id]);

    // And taking the report away does nothing, while a new one is a new leak
    project.write(keyWith({ rotation_triggers: `{ staffing = "2" }` }));
    const next = terraform.key();
    await terraform.apply();
    expect(terraform.key().id).toBe(next.id);
    project.write(keyWith({ ...leak, compromised: `"INC-43"` }));
    await terraform.apply();
    expect(await ourKeys()).toMatchObject([{ id: terraform.key().id, name: "scheduler-prod" }]);
    expect([await api.use(String(current.secret)), await api.use(String(next.secret))]).toEqual([401, 401]);
    expect(await api.names()).toHaveLength(2);
  });
});
