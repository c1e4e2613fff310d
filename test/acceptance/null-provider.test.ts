/**
 * The framework and the wire under the real Terraform, with a provider that has nothing to do with keys.
 */
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { ProviderServer } from "../../src/framework/server/provider-server";
import { createLogger } from "../../src/logging/logger";
import { serveForReattach } from "../../src/plugin/serving/serve-for-reattach";
import { installNullProvider, nullProviderVersion } from "../support/null-provider/install-null-provider";
import { nullProvider } from "../support/null-provider/null-provider";
import { runCommand, type RunResult } from "../support/run";
import { temporaryFolder } from "../support/temporary-folder";

jest.setTimeout(120_000);

const installedFolder = temporaryFolder();
const reattachFolder = temporaryFolder();

const configuration = (trigger: string): string => `
  terraform {
    required_providers {
      null = { source = "registry.terraform.io/hashicorp/null", version = "${nullProviderVersion}" }
    }
  }
  resource "null_resource" "first" {
    triggers = { image = "${trigger}", "__proto__" = "kept" }
  }
  resource "null_resource" "second" {
    triggers = { first = null_resource.first.id }
  }
  output "triggers" {
    value = null_resource.first.triggers
  }
`;

/** Terraform in one folder, without anything of this machine's configuration. */
function terraformIn(folder: string, extra: Readonly<Record<string, string>> = {}) {
  const env = {
    PATH: process.env["PATH"] ?? "",
    HOME: folder,
    CHECKPOINT_DISABLE: "1",
    TF_IN_AUTOMATION: "1",
    ...extra,
  };
  return async (...args: string[]): Promise<RunResult> => runCommand("terraform", args, { cwd: folder, env });
}

const configure = async (folder: string, trigger: string): Promise<void> =>
  writeFile(path.join(folder, "main.tf"), configuration(trigger));

test("an installed provider lives through create, an empty plan, replacement, import and destroy", async () => {
  // Given a folder with the packaged provider
  const folder = installedFolder;
  await installNullProvider(folder);
  await configure(folder, "one");
  const terraform = terraformIn(folder);

  // When it is installed and two resources are created, the second from a value of the first that is unknown while planning
  expect(await terraform("init", "-no-color")).toMatchObject({ code: 0 });
  expect((await terraform("plan", "-no-color")).stdout).toContain("Plan: 2 to add, 0 to change, 0 to destroy.");
  expect((await terraform("apply", "-auto-approve", "-no-color")).stdout).toContain("2 added, 0 changed, 0 destroyed");

  // Then their state is as configured, and there is nothing left to do
  const output = await terraform("output", "-json", "triggers");
  expect(Object.entries(JSON.parse(output.stdout) as object)).toEqual([
    ["__proto__", "kept"],
    ["image", "one"],
  ]);
  expect(await terraform("plan", "-detailed-exitcode", "-no-color")).toMatchObject({ code: 0 });

  // When a trigger changes, then both are replaced, because the second depends on the first
  await configure(folder, "two");
  const replacement = await terraform("plan", "-detailed-exitcode", "-no-color");
  expect(replacement).toMatchObject({ code: 2 });
  expect(replacement.stdout).toMatch(/"image" += "one" -> "two"\n.*# forces replacement/s);
  expect((await terraform("apply", "-auto-approve", "-no-color")).stdout).toContain("2 added, 0 changed, 2 destroyed");
  expect(await terraform("plan", "-detailed-exitcode", "-no-color")).toMatchObject({ code: 0 });

  // When one is forgotten and imported again, then Terraform knows it by its id
  await terraform("state", "rm", "null_resource.second");
  expect(await terraform("import", "-no-color", "null_resource.second", "42")).toMatchObject({ code: 0 });
  expect((await terraform("state", "show", "-no-color", "null_resource.second")).stdout).toMatch(/id += "42"/);

  // When all is destroyed, then nothing is left
  expect((await terraform("destroy", "-auto-approve", "-no-color")).stdout).toContain("2 destroyed");
  expect((await terraform("state", "list")).stdout).toBe("");
});

test("a provider inside the test's own process serves through TF_REATTACH_PROVIDERS", async () => {
  // Given a provider that Terraform did not start
  const provider = await serveForReattach({
    address: "registry.terraform.io/hashicorp/null",
    service: new ProviderServer(nullProvider),
    process,
    log: createLogger({ write: () => undefined, level: "off", module: "null", now: () => new Date() }),
  });
  await configure(reattachFolder, "one");
  const terraform = terraformIn(reattachFolder, { TF_REATTACH_PROVIDERS: provider.reattachProviders });

  try {
    // When Terraform works with it, then it finds it without any installation
    expect(await terraform("init", "-no-color")).toMatchObject({ code: 0 });
    expect((await terraform("apply", "-auto-approve", "-no-color")).stdout).toContain(
      "2 added, 0 changed, 0 destroyed",
    );
    expect(await terraform("plan", "-detailed-exitcode", "-no-color")).toMatchObject({ code: 0 });
    expect((await terraform("destroy", "-auto-approve", "-no-color")).stdout).toContain("2 destroyed");
  } finally {
    await provider.close();
  }
});
