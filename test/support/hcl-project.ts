/**
 * A Terraform project in plain HCL, in a temporary folder, with the provider copied into it as the README says.
 *
 * It has a home folder of its own, so no CLI configuration of the machine plays a part.
 */
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { findTerraform } from "../../scripts/terraform-binary";
import { providerPackage, providerSource } from "../../src/provider";
import { currentCanary } from "./canary/current-canary";
import { startCommand } from "./run";
import { Terraform } from "./terraform";

/** What else there is to say of a project. */
interface HclProjectOptions {
  /** Whether its keys deliver to Terraform's state, so that the watch over the secrets lets them be there. @default false */
  readonly deliversToState?: boolean;
}

/** A temporary project. `remove()` it at the end. */
export class HclProject {
  private constructor(
    readonly folder: string,
    private readonly terraformBinary: string,
    private readonly env: Readonly<Record<string, string>>,
  ) {}

  /** @param env the environment variables of everything that runs in the project, on top of what Terraform itself needs */
  static async create(
    configuration: string,
    env: Readonly<Record<string, string>> = {},
    { deliversToState = false }: HclProjectOptions = {},
  ): Promise<HclProject> {
    const folder = mkdtempSync(path.join(tmpdir(), "keyturn-hcl-"));
    currentCanary()?.watchFolder({ folder, deliversToState });
    const project = new HclProject(folder, await findTerraform(), env);
    project.write(configuration);
    const { version, zipPath } = providerPackage();
    const platform = `${process.platform}_${process.arch === "x64" ? "amd64" : process.arch}`;
    const mirror = path.join(folder, "terraform.d/plugins", providerSource);
    mkdirSync(mirror, { recursive: true });
    copyFileSync(zipPath, path.join(mirror, `terraform-provider-keyturn_${version}_${platform}.zip`));
    return project;
  }

  /** Terraform in this folder. @param env the environment variables in place of the project's own */
  terraform(env = this.env): Terraform {
    const { folder, terraformBinary } = this;
    const fullEnv = { PATH: process.env["PATH"] ?? "", HOME: folder, CHECKPOINT_DISABLE: "1", ...env };
    return new Terraform({
      start: (args) => startCommand(terraformBinary, args, { cwd: folder, env: fullEnv, timeoutMs: 120_000 }),
      stateFile: path.join(folder, "terraform.tfstate"),
    });
  }

  /** Replaces the configuration. */
  write(configuration: string): void {
    writeFileSync(path.join(this.folder, "main.tf"), configuration);
  }

  remove(): void {
    currentCanary()?.searchBeforeRemoval(this.folder);
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/**
 * A key with good settings. Each change is an HCL expression; null leaves a setting out.
 *
 * @param provider the arguments of the provider block. The block is always there: without it, Terraform adds an error of its own to each error of the provider.
 */
export function hclKey(changes: Readonly<Record<string, string | null>> = {}, provider = ""): string {
  const settings: Record<string, string | null> = {
    service: `"scheduler"`,
    environment: `"prod"`,
    owner: `"team@acme.example"`,
    scopes: `["read", "write"]`,
    rotation_period: `"90d"`,
    deliver_to: "[{ terraform_state = { i_understand_the_secret_is_in_state = true } }]",
    ...changes,
  };
  const lines = Object.entries(settings).filter(([, value]) => value !== null);
  return `
terraform {
  required_providers {
    keyturn = {
      source  = "${providerSource}"
      version = "${providerPackage().version}"
    }
  }
}
provider "keyturn" {
  ${provider}
}
resource "keyturn_api_key" "scheduler" {
${lines.map(([name, value]) => `  ${name} = ${String(value)}`).join("\n")}
  lifecycle { create_before_destroy = true }
}
`;
}
