/**
 * The demo: `npm run demo`.
 *
 * The real cdktf CLI and the real Terraform deploy the example against an embedded key API, three services send traffic with their
 * keys all the time, the keys come due, and a second deploy rotates them. It succeeds only if no request failed, no key of somebody
 * else was touched, and exactly one key is left for each service.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import type { KeyApiClient } from "keyturn/client";
import { findTerraform } from "../../../scripts/terraform-binary";
import { Deployment, planIn } from "./cdktf";
import type { ConsumerReport } from "./consumer";
import { Consumers } from "./consumers";
import { KeyApiProcess } from "./key-api";
import { readTimelines, renderTimelines, timelineProblems } from "./timeline";

const keyNames = ["scheduler-prod", "worker-prod", "admin-jobs-prod"];
const foreignNames = ["dashboard", "scheduler-staging"];

/** Days in production, seconds here. */
const policy = { PUBLISHING_ROTATION_PERIOD: "25s", PUBLISHING_OVERLAP: "6s", PUBLISHING_QUIET_PERIOD: "3s" };

const started = performance.now();

function say(text: string): void {
  console.log(`[${((performance.now() - started) / 1000).toFixed(1).padStart(5)} s] ${text}`);
}

async function main(): Promise<boolean> {
  const terraform = await findTerraform();
  const folder = await mkdtemp(path.join(tmpdir(), "keyturn-demo-"));
  const api = await KeyApiProcess.start();
  let consumers: Consumers | undefined;
  try {
    const client = api.client();
    say(`The embedded key API listens on ${api.url}.`);
    const foreignBefore = await createForeignKeys(client);
    say(`It holds ${foreignBefore.length} keys that are not ours: ${foreignNames.join(", ")}.`);

    const deployment = await Deployment.create(folder, environment(terraform, api));
    say("First deploy: cdktf deploy creates a key for each service.");
    await deployment.run("deploy", "--auto-approve");

    consumers = new Consumers({ endpoint: api.url, stateFile: deployment.stateFile, keyNames });
    say(`Three services send traffic, each with its key: ${keyNames.join(", ")}.`);
    await untilDue(client);

    say("The keys are due. cdktf diff plans:");
    console.log(`\n${indent(planIn(await deployment.run("diff")))}\n`);
    say("Second deploy: each key is replaced while its service goes on.");
    await deployment.run("deploy", "--auto-approve");
    await delay(1_000);
    const reports = await consumers.stop();

    const timelines = await readTimelines(client, keyNames);
    say("What became of every key, from the API's own log, in seconds since the first was created:\n");
    console.log(`${renderTimelines(timelines)}\n`);
    return judge({
      lifeProblems: keyNames.flatMap((name) => timelineProblems(timelines, name)),
      reports,
      leftovers: await keysLeft(client),
      isForeignUntouched: isDeepStrictEqual(await foreignKeys(client), foreignBefore),
    });
  } finally {
    consumers?.kill();
    await api.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

function environment(terraform: string, api: KeyApiProcess): NodeJS.ProcessEnv {
  const { TF_CLI_CONFIG_FILE: _, ...inherited } = process.env;
  return {
    ...inherited,
    ...policy,
    ...api.environment,
    // The demo must not depend on, nor leave anything in, the user's own plugin cache.
    CDKTF_DISABLE_PLUGIN_CACHE_ENV: "1",
    TERRAFORM_BINARY_NAME: terraform,
    CHECKPOINT_DISABLE: "1",
    NO_COLOR: "1",
    FORCE_COLOR: "0",
  };
}

async function createForeignKeys(client: KeyApiClient): Promise<readonly unknown[]> {
  for (const name of foreignNames) await client.create({ name, scopes: ["read"] });
  return await foreignKeys(client);
}

async function foreignKeys(client: KeyApiClient): Promise<readonly unknown[]> {
  const { keys } = await client.list({ fresh: true });
  return keys.filter(({ name }) => !keyNames.some((ours) => name === ours || name.startsWith(`${ours}~`)));
}

/** How many valid keys there are for each service, whatever phase their name says. */
async function keysLeft(client: KeyApiClient): Promise<ReadonlyMap<string, number>> {
  const { keys } = await client.list({ fresh: true });
  const valid = keys.filter(({ revokedAt }) => revokedAt === undefined);
  return new Map(
    keyNames.map((ours) => [ours, valid.filter(({ name }) => name === ours || name.startsWith(`${ours}~`)).length]),
  );
}

async function untilDue(client: KeyApiClient): Promise<void> {
  const periodMs = Number.parseInt(policy.PUBLISHING_ROTATION_PERIOD, 10) * 1000;
  const { keys } = await client.list({ fresh: true });
  const newest = Math.max(
    ...keys.filter(({ name }) => keyNames.includes(name)).map(({ createdAt }) => createdAt?.epochMs ?? 0),
  );
  // One second more, since the API tells the time in whole seconds.
  await delay(Math.max(0, newest + periodMs + 1_000 - Date.now()));
}

function judge(result: {
  readonly reports: readonly ConsumerReport[];
  readonly lifeProblems: readonly string[];
  readonly leftovers: ReadonlyMap<string, number>;
  readonly isForeignUntouched: boolean;
}): boolean {
  const problems = [...result.lifeProblems];
  if (result.reports.length !== keyNames.length) problems.push("not every service has reported");
  for (const { keyName, sent, firstFailure } of result.reports) {
    if (firstFailure !== undefined) problems.push(`${keyName}: ${firstFailure}`);
    if (sent === 0) problems.push(`${keyName} has sent nothing`);
  }
  for (const [name, count] of result.leftovers) if (count !== 1) problems.push(`${count} keys are left for ${name}`);
  if (!result.isForeignUntouched) problems.push("a key that is not ours was changed");

  console.log(`  keys left: ${[...result.leftovers].map(([name, count]) => `${name} ${count}`).join(", ")}`);
  console.log(`  keys that are not ours: ${result.isForeignUntouched ? "untouched" : "CHANGED"}`);
  for (const problem of problems) console.log(`  PROBLEM: ${problem}`);
  const sent = result.reports.reduce((sum, report) => sum + report.sent, 0);
  const failed = result.reports.reduce((sum, report) => sum + report.failed, 0);
  console.log(`\nrequests sent ${sent}, failed ${failed}`);
  return problems.length === 0;
}

function indent(text: string): string {
  return text.replace(/^/gm, "    ");
}

main().then(
  (succeeded) => {
    process.exitCode = succeeded ? 0 : 1;
  },
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  },
);
