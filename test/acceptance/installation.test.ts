/**
 * The installation of the provider, with the real cdktf CLI and the real Terraform: no registry, no download, no flag.
 *
 * The provider is a stand-in that says its name and ends, so these tests are about finding and starting it, and about nothing else.
 */
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { CdktfProject, type CdktfProjectOptions } from "../support/cdktf-project";
import { KeyturnCopy } from "../support/keyturn-copy";
import { runCommand } from "../support/run";

jest.setTimeout(180_000);

const initialised = "Terraform has been successfully initialized!";

/** A program with those stacks, each with one key and whatever else is added. */
function program(stacks: readonly string[], more = ""): string {
  return `
class Stack extends TerraformStack {
  constructor(scope, id) {
    super(scope, id);
    new KeyturnProvider(this, "keyturn", { environment: "prod" });
    new ApiKey(this, "scheduler", {
      service: id,
      environment: "prod",
      owner: "team@acme.example",
      scopes: ["read"],
      rotation: { period: Duration.days(90) },
      deliverTo: [SecretStore.terraformState({ iUnderstandTheSecretIsInState: true })],
    });
    ${more}
  }
}
const app = new App();
for (const name of ${JSON.stringify(stacks)}) new Stack(app, name);
app.synth();`;
}

describe("the installation of the provider", () => {
  let keyturn: KeyturnCopy;
  let version: string;
  const projects: CdktfProject[] = [];

  beforeEach(() => {
    keyturn = new KeyturnCopy();
    version = keyturn.setProvider(`console.error("the stand-in was started"); process.exit(1);`);
  });
  afterEach(() => {
    for (const project of projects.splice(0)) project.remove();
    keyturn.remove();
  });

  async function createProject(options: CdktfProjectOptions): Promise<CdktfProject> {
    const project = await CdktfProject.create({ keyturnFolder: keyturn.folder, ...options });
    projects.push(project);
    return project;
  }

  /** Starts the executable that Terraform has for a stack, as Terraform would. */
  async function startInstalled(project: CdktfProject, stack: string): Promise<string> {
    const versionFolder = path.join(
      project.stackFolder(stack),
      ".terraform/providers/keyturn.internal/keyturn/keyturn",
    );
    const platformFolder = path.join(versionFolder, version, readdirSync(path.join(versionFolder, version))[0] ?? "");
    const executable = path.join(platformFolder, `terraform-provider-keyturn_v${version}`);
    const { output } = await runCommand(executable, [], {
      cwd: project.folder,
      env: { PATH: process.env["PATH"] ?? "" },
    });
    return output;
  }

  test("takes a plain cdktf diff up to the start of the provider, with no flag and no registry", async () => {
    const project = await createProject({ program: program(["publishing"]) });

    const { output } = await project.cdktf(["diff"]);

    expect(output).toContain(initialised);
    expect(output).toContain(`Installed keyturn.internal/keyturn/keyturn v${version}`);
    expect(output).toContain("failed to instantiate provider");
  });

  test("is left alone by Terraform: the lock file that synth wrote is the one after init", async () => {
    const project = await createProject({ program: program(["publishing"]) });
    await project.synth();
    const written = project.readStackFile("publishing", ".terraform.lock.hcl");

    const { output, code } = await project.terraform("publishing", ["init", "-no-color"]);

    expect({ output, code }).toEqual({ output: expect.stringContaining(initialised) as unknown, code: 0 });
    expect(project.readStackFile("publishing", ".terraform.lock.hcl")).toBe(written);
  });

  test("survives the removal of another stack that shares cdktf's plugin cache", async () => {
    const project = await createProject({ program: program(["one", "two"]) });
    await project.cdktf(["diff", "one"]);
    await project.cdktf(["diff", "two"]);
    expect(existsSync(path.join(project.home, ".terraform.d/plugin-cache/keyturn.internal"))).toBe(true);

    project.writeProgram(program(["one"]));
    const { output } = await project.cdktf(["diff", "one"]);

    expect(existsSync(project.stackFolder("two"))).toBe(false);
    expect(output).toContain(initialised);
    await expect(startInstalled(project, "one")).resolves.toContain("the stand-in was started");
  });

  test("replaces a build by another without a checksum error", async () => {
    const project = await createProject({ program: program(["publishing"]) });
    const before = version;
    await project.synth();
    await project.terraform("publishing", ["init", "-no-color"]);

    version = keyturn.setProvider(`console.error("the new one was started"); process.exit(1);`);
    await project.synth();
    const { output, code } = await project.terraform("publishing", ["init", "-no-color"]);

    expect(version).not.toBe(before);
    expect({ output, code }).toEqual({ output: expect.stringContaining(initialised) as unknown, code: 0 });
    await expect(startInstalled(project, "publishing")).resolves.toContain("the new one was started");
  });

  test("is whole after several synths at once", async () => {
    const project = await createProject({ program: program(["publishing"]) });
    await project.synth();
    version = keyturn.setProvider(`console.error("the new one was started"); process.exit(1);`);

    const runs = await Promise.all([project.synth(), project.synth(), project.synth()]);
    const { output } = await project.terraform("publishing", ["init", "-no-color"]);

    expect(runs.map(({ code }) => code)).toEqual([0, 0, 0]);
    expect(output).toContain(initialised);
    const folder = path.join(project.stackFolder("publishing"), "terraform.d/plugins/keyturn.internal/keyturn/keyturn");
    expect(readdirSync(folder).filter((name) => !name.includes(version) || name.endsWith(".tmp"))).toEqual([]);
  });

  describe("in a stack with another provider", () => {
    const both = program(["publishing"], `new NullProvider(this, "null");`);
    const nullEntry = /^provider "registry\.terraform\.io\/hashicorp\/null" \{\n[^}]*\}\n/m;

    /** Puts a package of hashicorp/null where Terraform looks without asking the registry. */
    function provideNull(project: CdktfProject): void {
      const platform = `${process.platform}_${process.arch === "x64" ? "amd64" : process.arch}`;
      const folder = path.join(
        project.home,
        ".terraform.d/plugins/registry.terraform.io/hashicorp/null/3.2.4",
        platform,
      );
      mkdirSync(folder, { recursive: true });
      writeFileSync(path.join(folder, "terraform-provider-null_v3.2.4"), "#!/bin/sh\nexit 1\n");
      chmodSync(path.join(folder, "terraform-provider-null_v3.2.4"), 0o755);
    }

    test("keeps the other's entry in the lock file, also when a new build comes", async () => {
      const project = await createProject({ program: both });
      provideNull(project);
      await project.synth();
      await project.terraform("publishing", ["init", "-no-color"]);
      const entry = nullEntry.exec(project.readStackFile("publishing", ".terraform.lock.hcl"))?.[0];

      version = keyturn.setProvider(`console.error("the new one was started"); process.exit(1);`);
      await project.synth();
      const { output } = await project.cdktf(["diff"]);

      const locked = project.readStackFile("publishing", ".terraform.lock.hcl");
      expect(entry).toBeDefined();
      expect(nullEntry.exec(locked)?.[0]).toBe(entry);
      expect(locked).toContain(`version     = "${version}"`);
      expect(output).toContain(initialised);
      expect(output).not.toContain("providers lock");
    });

    test("needs no more than CDKTF_SKIP_PROVIDER_LOCK where there is no lock file yet", async () => {
      const project = await createProject({ program: both });
      provideNull(project);

      const { output } = await project.cdktf(["diff"], { env: { CDKTF_SKIP_PROVIDER_LOCK: "true" } });

      expect(output).toContain(initialised);
      expect(output).toContain("failed to instantiate provider");
    });
  });

  test("warns of a CLI configuration that hides the provider, and the fix in the warning works", async () => {
    const project = await createProject({ program: program(["publishing"]) });
    const configuration = path.join(project.home, ".terraformrc");
    writeFileSync(configuration, `provider_installation {\n  direct {}\n}\n`);

    const warned = await project.cdktf(["synth"]);
    const refused = await project.terraform("publishing", ["init", "-no-color"]);
    const [fix] = /filesystem_mirror \{ [^}]*\}/.exec(warned.output.replaceAll(/\s+/g, " ")) ?? [];
    const onLines = String(fix).replace("{ ", "{\n").replace(" include", "\ninclude").replace(" }", "\n}");
    writeFileSync(
      configuration,
      `provider_installation {\n${onLines}\ndirect {\nexclude = ["keyturn.internal/*/*"]\n}\n}\n`,
    );
    const synthesised = await project.cdktf(["synth"]);
    const accepted = await project.terraform("publishing", ["init", "-no-color"]);

    expect(warned.output).toContain("provider_installation");
    expect(refused.code).toBe(1);
    expect(synthesised.output).not.toContain("provider_installation");
    expect(accepted.output).toContain(initialised);
  });

  test("is the same file on every platform, and Terraform agrees with its checksum", async () => {
    const project = await createProject({ program: program(["publishing"]) });
    await project.synth();
    const plugins = path.join(project.stackFolder("publishing"), "terraform.d/plugins");
    const packages = path.join(plugins, "keyturn.internal/keyturn/keyturn");
    const names = readdirSync(packages);

    const { output } = await project.terraform("publishing", [
      "providers",
      "lock",
      "-no-color",
      `-fs-mirror=${plugins}`,
      ...["linux_amd64", "linux_arm64", "darwin_amd64", "darwin_arm64"].map((platform) => `-platform=${platform}`),
    ]);

    expect(new Set(names.map((name) => readFileSync(path.join(packages, name)).toString("hex"))).size).toBe(1);
    expect(output).toContain("Terraform has validated the lock file and found no need for changes");
  });
});
