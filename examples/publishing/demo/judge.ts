/**
 * The judgement of the demo: by what the services have counted, and by what the API has logged and lists.
 */
import { isDeepStrictEqual } from "node:util";
import type { KeyApiClient } from "keyturn/client";
import { foreignKeys } from "./foreign-keys";
import { quietSeconds } from "./policies";
import { keyNames, type Stage } from "./stage";
import { readTimelines } from "./timeline";
import { timelineProblems } from "./timeline-problems";
import { renderTimelines } from "./timeline-table";

const quietMs = quietSeconds * 1000;

/** What each service has been through: a rotation in the first act, and for two of them one more in the second. */
const lives = [
  { logicalName: "scheduler-prod", generations: 3, rolledBack: 1, quietMs },
  { logicalName: "worker-prod", generations: 3, rolledBack: 0, quietMs },
  { logicalName: "admin-jobs-prod", generations: 2, rolledBack: 0, quietMs },
];

/** Stops the services, prints what has become of everything, and says whether all is well. */
export async function judge(stage: Stage, foreignBefore: readonly unknown[]): Promise<boolean> {
  const { client, consumers, secrets, deployment } = stage;
  const reports = await consumers.stop();
  const timelines = await readTimelines(client, keyNames);
  stage.say("What became of every key, from the API's own log, in seconds since the first was created:");
  console.log(`\n${renderTimelines(timelines)}\n`);

  const problems = lives.flatMap((life) => timelineProblems(timelines, life));
  const left = await keysLeft(client);
  console.log(`  keys left: ${[...left].map(([name, count]) => `${name} ${count}`).join(", ")}`);
  for (const [name, count] of left) if (count !== 1) problems.push(`${count} keys are left for ${name}`);

  const isForeignUntouched = isDeepStrictEqual(await foreignKeys(client), foreignBefore);
  console.log(`  keys that are not ours: ${isForeignUntouched ? "untouched" : "CHANGED"}`);
  if (!isForeignUntouched) problems.push("a key that is not ours was changed");

  const isSecretInState = await secrets.isAnyIn(deployment.stateFile);
  console.log(`  secrets in Terraform's state: ${isSecretInState ? "SOME" : "none"}`);
  if (isSecretInState) problems.push("a secret is in Terraform's state");

  if (reports.length !== keyNames.length) problems.push("not every service has reported");
  for (const { keyName, sent, firstFailure } of reports) {
    if (firstFailure !== undefined) problems.push(`${keyName}: ${firstFailure}`);
    if (sent === 0) problems.push(`${keyName} has sent nothing`);
  }
  for (const problem of problems) console.log(`  PROBLEM: ${problem}`);
  const sent = reports.reduce((sum, report) => sum + report.sent, 0);
  const failed = reports.reduce((sum, report) => sum + report.failed, 0);
  console.log(`\nrequests sent ${sent}, failed ${failed}`);
  return problems.length === 0;
}

/** How many valid keys there are for each service, whatever phase their names say. */
async function keysLeft(client: KeyApiClient): Promise<ReadonlyMap<string, number>> {
  const { keys } = await client.list({ fresh: true });
  const valid = keys.filter(({ revokedAt }) => revokedAt === undefined);
  return new Map(
    keyNames.map((ours) => [ours, valid.filter(({ name }) => name === ours || name.startsWith(`${ours}~`)).length]),
  );
}
