/**
 * The provider without the constructs: what the README says of plain HCL, to the letter, and what it says of things that go wrong.
 */
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { providerPackage } from "../../src/provider";
import { Duration } from "../../src/model/duration";
import { textWith } from "../support/expectations";
import { HclProject, hclKey } from "../support/hcl-project";
import { KeyApiProcess } from "../support/key-api-process";
import { runCommand } from "../support/run";

jest.setTimeout(120_000);

const readme = readFileSync(path.resolve(__dirname, "../../README.md"), "utf8");

/** The README's sample in HCL, with the version of this build. */
function readmeSample(): string {
  const [, section = ""] = readme.split("\n## Use it from plain HCL\n");
  const [, sample = ""] = /```hcl\n([^`]*)```/.exec(section) ?? [];
  return sample.replace("VERSION", providerPackage().version);
}

describe("a configuration in plain HCL", () => {
  let api: KeyApiProcess;
  let project: HclProject;

  beforeEach(async () => {
    api = await KeyApiProcess.start();
    project = await HclProject.create(readmeSample(), api.environment, { deliversToState: true });
  });
  afterEach(async () => {
    project.remove();
    await api.end();
  });

  test("as the README has it creates a key, rotates it, and destroys it", async () => {
    const terraform = project.terraform();
    await terraform.init();
    expect(await terraform.apply()).toContain("1 added, 0 changed, 0 destroyed");
    expect(await api.names()).toEqual(["scheduler-prod"]);
    expect(await terraform.isUpToDate()).toBe(true);

    await api.advancePast(Duration.days(90));
    expect(await terraform.plan()).toMatchObject([{ actions: ["create", "delete"] }]);
    await terraform.apply("plan.tfplan");
    expect(await api.names()).toEqual(["scheduler-prod", "scheduler-prod~retiring~NONCE"]);

    // The replaced key may be in use by somebody, inside its overlap; it outlives the active one, and that is said.
    expect(await terraform.succeed("destroy", "-auto-approve")).toContain("Replaced keys still work");
    expect(await api.names()).toEqual(["scheduler-prod~retiring~NONCE"]);
  });

  test("without create_before_destroy is refused as soon as a key would end before its successor is there", async () => {
    project.write(readmeSample().replace(/ *lifecycle .*\n/, ""));
    const terraform = project.terraform();
    await terraform.init();
    await terraform.apply();
    const { secret } = terraform.key();
    await api.advancePast(Duration.days(90));

    const { code, output } = await terraform.run("apply", "-auto-approve");

    expect(code).toBe(1);
    expect(output.match(/Error:/g)).toHaveLength(1);
    expect(output).toContain("create_before_destroy");
    expect(await api.names()).toEqual(["scheduler-prod"]);
    expect(await api.use(String(secret))).toBe(200);
  });
});

describe("an installation that cannot work says at init what the README's table says", () => {
  /** What a cell of the table quotes. */
  const hiddenProvider = "Failed to query available provider packages";

  let project: HclProject;
  beforeEach(async () => {
    project = await HclProject.create(hclKey());
  });
  afterEach(() => {
    project.remove();
  });

  /** Writes a CLI configuration, and gives the variable that names it. */
  function cliConfiguration(methods: string): Readonly<Record<string, string>> {
    const file = path.join(project.folder, "explicit.tfrc");
    writeFileSync(file, `provider_installation {\n${methods}\n}\n`);
    return { TF_CLI_CONFIG_FILE: file };
  }

  test.each([
    ["from the registry only", "direct {\nOTHERS}"],
    ["from a mirror without keyturn", `filesystem_mirror {\npath = "."\nOTHERS}`],
  ])("where providers are installed %s, and the table's fix works", async (_name, method) => {
    expect(readme).toContain(hiddenProvider);
    const hiding = cliConfiguration(method.replace("OTHERS", ""));
    const { code, output } = await project.terraform(hiding).run("init");
    expect({ code, output }).toEqual({ code: 1, output: textWith(hiddenProvider) });

    const ours = `["keyturn.internal/*/*"]`;
    const fix = `filesystem_mirror {\npath = "terraform.d/plugins"\ninclude = ${ours}\n}\n`;
    const fixed = cliConfiguration(fix + method.replace("OTHERS", `exclude = ${ours}\n`));
    await project.terraform(fixed).succeed("init");
  });

  test("where no version is asked for, and this build is a pre-release", async () => {
    expect(readme).toContain("no available releases match");
    project.write(hclKey().replace(/version = .*/, ""));
    const { code, output } = await project.terraform().run("init");
    expect(code).toBe(1);
    expect(output.replaceAll(/\s+/g, " ")).toContain("no available releases match");
  });

  test("where Terraform was started in another folder", async () => {
    expect(readme).toContain("-chdir=");
    const env = { PATH: process.env["PATH"] ?? "", HOME: project.folder, CHECKPOINT_DISABLE: "1" };
    const { code, output } = await runCommand("terraform", [`-chdir=${project.folder}`, "init", "-no-color"], {
      cwd: path.dirname(project.folder),
      env,
    });
    expect({ code, output }).toEqual({ code: 1, output: textWith(hiddenProvider) });
  });
});
