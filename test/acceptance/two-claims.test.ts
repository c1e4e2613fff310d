/**
 * One key that is declared twice, in two states or in one, under the real Terraform: nothing is lost, and it is said.
 */
import { Duration } from "../../src/model/duration";
import { HclProject, hclKey } from "../support/hcl-project";
import { KeyApiProcess } from "../support/key-api-process";
import { keyHistory } from "../support/key-history";
import { asOneLine, type Terraform } from "../support/terraform";

jest.setTimeout(120_000);

const configuration = hclKey({ overlap_window: `"24h"`, quiet_period: `"1h"` });

describe("a key that is declared twice", () => {
  let api: KeyApiProcess;
  const projects: HclProject[] = [];

  beforeEach(async () => {
    api = await KeyApiProcess.start();
  });
  afterEach(async () => {
    for (const project of projects.splice(0)) project.remove();
    await api.end();
  });

  async function newState(text = configuration): Promise<Terraform> {
    const project = await HclProject.create(text, api.environment, { deliversToState: true });
    projects.push(project);
    const terraform = project.terraform();
    await terraform.init();
    return terraform;
  }

  async function planned(terraform: Terraform): Promise<{ readonly code: number | null; readonly said: string }> {
    const { code, output } = await terraform.run("plan", "-input=false", "-detailed-exitcode");
    return { code, said: asOneLine(output) };
  }

  test("in two states keeps every key that may be in use, and the first state stops as soon as the other key is in use", async () => {
    // Given a key of one state, in use
    const first = await newState();
    await first.apply();
    const firstKey = first.key();
    await api.advance(Duration.hours(2));
    expect(await api.use(String(firstKey.secret))).toBe(200);

    // When a second state declares the same key
    const second = await newState();
    await second.apply();
    const secondKey = second.key();

    // Then both keys work, and the first state is told before it does anything
    expect(await api.use(String(firstKey.secret))).toBe(200);
    expect(await api.names()).toEqual(["scheduler-prod", "scheduler-prod~retiring~NONCE"]);
    const warned = await planned(first);
    expect(warned.code).toBe(2);
    expect(warned.said).toContain("Warning: The key was replaced outside of this state");
    expect(warned.said).toContain(`was replaced as scheduler-prod by ${secondKey.id}, which this state does not know.`);
    expect(warned.said).toContain("If another configuration declares it, take it out of one of them.");

    // When the second key is in use, then the first state refuses to go on, whatever is asked of it
    await api.advance(Duration.minutes(5));
    expect(await api.use(String(secondKey.secret))).toBe(200);
    const keys = await api.keys();
    const refused = await planned(first);
    expect(refused.code).toBe(1);
    expect(refused.said).toContain("Error: Another configuration manages this key");
    expect(refused.said).toContain(secondKey.id);
    expect((await first.run("apply", "-input=false", "-auto-approve")).code).toBe(1);
    expect(await api.keys()).toEqual(keys);
    expect(await api.use(String(firstKey.secret))).toBe(200);

    // And the second state, which knows of both, ends the first key by the usual rules
    expect(await second.isUpToDate()).toBe(true);
    await api.advancePast(Duration.hours(24));
    expect(await api.use(String(secondKey.secret))).toBe(200);
    await second.apply();
    expect(await api.keys()).toMatchObject([{ id: secondKey.id, name: "scheduler-prod" }]);
    expect(Math.min(...(await keyHistory(api, "scheduler-prod")).working)).toBeGreaterThan(0);

    // And the way back that the error names works for the first one
    await first.forget("keyturn_api_key.scheduler");
    await first.succeed("import", "keyturn_api_key.scheduler", secondKey.id);
    expect(await api.use(String(secondKey.secret))).toBe(200);
  });

  test("in two states that are applied at once leaves one active key, and each key that was handed out works", async () => {
    const states = [await newState(), await newState()];
    const results = await Promise.all(states.map((state) => state.run("apply", "-input=false", "-auto-approve")));

    // One of them may be refused; then it has nothing.
    const done = states.filter((_state, index) => results[index]?.code === 0);
    expect(done.length).toBeGreaterThan(0);
    for (const state of done) expect(await api.use(String(state.key().secret))).toBe(200);
    expect((await api.names()).filter((name) => name === "scheduler-prod").length).toBeGreaterThan(0);
    for (const state of states) {
      const { said } = await planned(state);
      expect(said).toMatch(
        /No changes\.|several keys are named scheduler-prod|was replaced as scheduler-prod by|will be created/,
      );
    }
    for (const state of done) expect(await api.use(String(state.key().secret))).toBe(200);
  });

  test("in one configuration is made once, and the second resource is refused", async () => {
    const twice = configuration + configuration.replace(/^[^]*(resource "keyturn_api_key" )"scheduler"/, `$1"again"`);
    const terraform = await newState(twice);
    const { code, output } = await terraform.run("apply", "-input=false", "-auto-approve");
    expect(code).toBe(1);
    expect(asOneLine(output)).toMatch(
      /Error: .*the key scheduler-prod is declared twice in this configuration: another resource has just made it \([-0-9a-f]{36}\)/i,
    );
    expect(await api.names()).toEqual(["scheduler-prod"]);
    expect(terraform.keys()).toHaveLength(1);
    expect(await api.use(String(terraform.key().secret))).toBe(200);
  });
});
