/**
 * A plan of 1,000 unchanged keys, against the same plan of `terraform_data`, which needs no plugin and no network.
 *
 * Both declare the same values, each in a resource block of its own, as the constructs write them. For orientation the keys are
 * also set against `terraform_data` that hold one short text each: most of that distance is Terraform's own work on the nineteen
 * attributes of a key. The key API runs in a process of its own and counts the requests that a plan costs it.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { copyFile, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { request } from "undici";
import { findTerraform } from "../scripts/terraform-binary";
import { providerPackage, providerSource } from "../src/provider";
import type { Figure } from "./main";
import { comparePaired, timeOnce, type TimedCommand } from "./measure";

const keyCount = 1_000;

/** What is declared of a key, but for its service. */
const declaration = `
    environment     = "bench"
    owner           = "bench@keyturn.example"
    scopes          = ["read", "write"]
    rotation_period = "90d"
    deliver_to      = [{ terraform_state = { i_understand_the_secret_is_in_state = true } }]`;

function blocks(block: (index: number) => string): string {
  return Array.from({ length: keyCount }, (_, index) => block(index)).join("\n");
}

function keyConfiguration(version: string): string {
  return `
terraform {
  required_providers {
    keyturn = { source = "${providerSource}", version = "${version}" }
  }
}
${blocks(
  (index) => `resource "keyturn_api_key" "key-${index}" {
    service = "service-${index}"${declaration}
    lifecycle {
      create_before_destroy = true
    }
  }`,
)}`;
}

const sameDataConfiguration = blocks(
  (index) => `resource "terraform_data" "key-${index}" {
  input = {
    service = "service-${index}"${declaration}
  }
  lifecycle {
    create_before_destroy = true
  }
}`,
);

const oneTextConfiguration = blocks(
  (index) => `resource "terraform_data" "key-${index}" {
  input = "service-${index}"
}`,
);

/** Creates the keys once, then times so many plans of each kind in turn. */
export async function benchmarkPlan(runs: number): Promise<Figure[]> {
  const terraform = await findTerraform();
  const folder = await mkdtemp(path.join(tmpdir(), "keyturn-bench-"));
  const api = spawn(
    process.execPath,
    [path.resolve(__dirname, "../dist/bundle/keyturn.js"), "serve", "--port", "0", "--json", "--admin"],
    {
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
  try {
    const [line] = (await once(createInterface(api.stdout), "line")) as [string];
    const { url, email, password } = JSON.parse(line) as { url: string; email: string; password: string };
    const { TF_CLI_CONFIG_FILE: _, ...inherited } = process.env;
    const environment = {
      ...inherited,
      CHECKPOINT_DISABLE: "1",
      KEYTURN_ENDPOINT: url,
      KEYTURN_EMAIL: email,
      KEYTURN_PASSWORD: password,
    };
    const sameData = await prepare(path.join(folder, "same-data"), sameDataConfiguration);
    const oneText = await prepare(path.join(folder, "one-text"), oneTextConfiguration);
    const keys = await prepare(path.join(folder, "keys"), keyConfiguration(providerPackage().version));
    const command = (cwd: string, ...args: string[]): TimedCommand => ({
      file: terraform,
      args,
      options: { cwd, env: environment },
      until: "exit",
    });
    for (const project of [sameData, oneText, keys]) await timeOnce(command(project, "init", "-no-color"));
    const apply = ["apply", "-auto-approve", "-no-color"];
    await timeOnce(command(oneText, ...apply));
    const sameDataCreated = await timeOnce(command(sameData, ...apply));
    const keysCreated = await timeOnce(command(keys, ...apply));

    const before = await countLists(url);
    // -detailed-exitcode makes a plan that is not empty fail the benchmark.
    const plan = ["plan", "-no-color", "-detailed-exitcode"];
    const planned = await comparePaired(command(keys, ...plan), command(sameData, ...plan), runs);
    const listsPerPlan = ((await countLists(url)) - before) / (runs + 1);
    const bare = await comparePaired(command(keys, ...plan), command(oneText, ...plan), runs);
    return [
      {
        what: `plan of ${keyCount} unchanged keys / the same plan of terraform_data`,
        measured: `${seconds(planned.a)} / ${seconds(planned.b)}`,
        value: planned.a / planned.b,
        limit: 3,
      },
      {
        what: `the same / ${keyCount} terraform_data of one text each`,
        measured: `${seconds(bare.a)} / ${seconds(bare.b)}`,
        value: bare.a / bare.b,
        limit: undefined,
      },
      {
        what: `apply of ${keyCount} new keys / the same apply of terraform_data`,
        measured: `${seconds(keysCreated)} / ${seconds(sameDataCreated)}, one run`,
        value: keysCreated / sameDataCreated,
        limit: undefined,
      },
      {
        what: "list requests per plan",
        measured: `counted by the API over ${runs + 1} plans`,
        value: listsPerPlan,
        limit: 2,
      },
    ];
  } finally {
    api.kill("SIGTERM");
    await rm(folder, { recursive: true, force: true });
  }
}

/** Makes a Terraform project, with the provider where Terraform looks for it without a registry. */
async function prepare(folder: string, configuration: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, "main.tf"), configuration);
  const { version, zipPath } = providerPackage();
  const mirror = path.join(folder, "terraform.d", "plugins", ...providerSource.split("/"));
  await mkdir(mirror, { recursive: true });
  const platform = `${process.platform}_${process.arch === "x64" ? "amd64" : process.arch}`;
  await copyFile(zipPath, path.join(mirror, `terraform-provider-keyturn_${version}_${platform}.zip`));
  return folder;
}

async function countLists(apiUrl: string): Promise<number> {
  const { body } = await request(`${apiUrl}/_embedded/requests`);
  const requests = (await body.json()) as readonly { readonly method: string; readonly path: string }[];
  return requests.filter(({ method, path: target }) => method === "GET" && target === "/v1/api-keys").length;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(2)} s`;
}
