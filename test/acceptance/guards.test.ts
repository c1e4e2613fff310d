/**
 * What a plan refuses, and what it warns of, under the real Terraform: the end of a key in use, and rights that grow.
 */
import { Duration } from "../../src/model/duration";
import { HclProject, hclKey } from "../support/hcl-project";
import { KeyApiProcess } from "../support/key-api-process";
import { asOneLine, type Terraform } from "../support/terraform";

jest.setTimeout(120_000);

const account = "11111111-1111-4111-8111-111111111111";
const otherAccount = "22222222-2222-4222-8222-222222222222";

describe("a plan", () => {
  let api: KeyApiProcess;
  let project: HclProject;
  let terraform: Terraform;

  beforeEach(async () => {
    api = await KeyApiProcess.start();
    project = await HclProject.create(hclKey(), api.environment, { deliversToState: true });
    terraform = project.terraform();
    await terraform.init();
  });
  afterEach(async () => {
    project.remove();
    await api.end();
  });

  /** Applies the configuration, and lets a service use the key. */
  async function startInUse(configuration: string): Promise<void> {
    project.write(configuration);
    await terraform.apply();
    await api.advance(Duration.hours(2));
    expect(await api.use(String(terraform.key().secret))).toBe(200);
  }

  async function expectRefusal(command: readonly [string, ...string[]], words: readonly RegExp[]): Promise<void> {
    const keysBefore = await api.keys();
    const { code, output } = await terraform.run(...command);
    expect(code).toBe(1);
    expect(output.match(/Error:/g)).toHaveLength(1);
    for (const word of words) expect(asOneLine(output)).toMatch(word);
    expect((await api.keys()).map(({ id, name }) => ({ id, name }))).toEqual(
      keysBefore.map(({ id, name }) => ({ id, name })),
    );
    expect(await api.use(String(terraform.key().secret))).toBe(200);
  }

  const inUse =
    /Error: The key may be in use .*The key scheduler-prod \([-0-9a-f]{36}\) of team@acme\.example is not revoked, because it was last used at 20\S+Z, and must be quiet for 1h; this plan would end it without a successor\. .* apply force_revoke = true, and then destroy it\./;

  test("that ends a key in use is refused with the evidence, however it comes about; a quiet key goes", async () => {
    await startInUse(hclKey());
    await expectRefusal(["destroy", "-auto-approve"], [inUse]);
    await expectRefusal(["plan", "-destroy", "-input=false"], [inUse]);

    // Nothing of it is written any more: the key is taken out, or all of its block.
    project.write(hclKey().replace(/resource "keyturn_api_key"[^]*$/, ""));
    await expectRefusal(["plan", "-input=false"], [inUse]);
    await expectRefusal(["apply", "-input=false", "-auto-approve"], [inUse]);

    await api.advance(Duration.minutes(61));
    expect(await terraform.apply()).toContain("0 added, 0 changed, 1 destroyed");
    expect(await api.names()).toEqual([]);
  });

  test("that gives a service in use another name is refused; a quiet one changes over", async () => {
    await startInUse(hclKey());
    project.write(hclKey({ service: `"planner"` }));
    await expectRefusal(
      ["plan", "-input=false"],
      [
        /Error: The key may be in use/,
        /this plan would end the old one without a successor of its name\. Declare the new name as a key of its own/,
      ],
    );
    await api.advance(Duration.minutes(61));
    expect(await terraform.plan()).toMatchObject([{ actions: ["create", "delete"], replacePaths: [["service"]] }]);
    await terraform.apply("plan.tfplan");
    expect(await api.names()).toEqual(["planner-prod"]);
  });

  test("that ends a protected key is refused, also a quiet one, until the protection was taken off by an apply", async () => {
    await startInUse(hclKey({ deletion_protection: "true", force_revoke: "true" }));
    await api.advance(Duration.days(2));
    const isProtected =
      /Error: The key is protected .*has deletion_protection.* apply deletion_protection = false first\./;
    await expectRefusal(["destroy", "-auto-approve"], [isProtected]);

    // Written, and not applied: that does not count.
    project.write(hclKey({ deletion_protection: "false" }));
    await expectRefusal(["destroy", "-auto-approve"], [isProtected]);
    expect(await terraform.apply()).toContain("0 added, 1 changed, 0 destroyed");
    await api.advance(Duration.minutes(61));
    expect(await terraform.succeed("destroy", "-auto-approve")).toContain("1 destroyed");
    expect(await api.names()).toEqual([]);
  });

  test("that ends a key in use goes through once force_revoke was applied, and not before", async () => {
    await startInUse(hclKey());
    project.write(hclKey({ force_revoke: "true" }));
    await expectRefusal(["destroy", "-auto-approve"], [inUse]);

    expect(await terraform.apply()).toContain("0 added, 1 changed, 0 destroyed");
    const { secret } = terraform.key();
    expect(await api.use(String(secret))).toBe(200);
    expect(await terraform.succeed("destroy", "-auto-approve")).toContain("1 destroyed");
    expect(await api.use(String(secret))).toBe(401);
  });

  test("that gives a key wider rights warns, and names what it had and what it gets", async () => {
    await startInUse(hclKey({ scopes: `["read"]`, pinterest_account_ids: `["${account}"]` }));
    const planned = async (changes: Readonly<Record<string, string | null>>): Promise<string> => {
      project.write(hclKey({ scopes: `["read"]`, pinterest_account_ids: `["${account}"]`, ...changes }));
      const { code, output } = await terraform.run("plan", "-input=false", "-detailed-exitcode");
      expect(code).toBe(2);
      return asOneLine(output);
    };

    const wider = await planned({ scopes: `["read", "write"]` });
    expect(wider).toContain("Warning: The key gets wider rights");
    expect(wider).toMatch(/its scopes are read now, and read, write are planned\./);
    expect(await planned({ pinterest_account_ids: null })).toContain(
      `for ${account} now, and for all accounts of the workspace as planned.`,
    );
    expect(await planned({ pinterest_account_ids: `["${account}", "${otherAccount}"]` })).toContain(
      `for ${account} now, and for ${account}, ${otherAccount} as planned.`,
    );

    // Narrower, or other, is no reason to warn.
    project.write(hclKey({ scopes: `["read", "write"]` }));
    await terraform.apply();
    expect(await planned({ pinterest_account_ids: null })).not.toContain("Warning");
  });
});
