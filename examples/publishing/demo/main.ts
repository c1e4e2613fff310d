/**
 * The demo: `npm run demo`.
 *
 * The real cdktf CLI and the real Terraform deploy the example against an embedded key API, while three services send traffic with
 * their keys all the time. It succeeds only if no request failed, no key of somebody else was touched, and exactly one key is left for
 * each service.
 */
import { setTimeout as delay } from "node:timers/promises";
import { firstAct } from "./first-act";
import { createForeignKeys } from "./foreign-keys";
import { judge } from "./judge";
import { secondAct } from "./second-act";
import { Stage } from "./stage";

async function main(): Promise<boolean> {
  const stage = await Stage.open();
  try {
    const foreign = await createForeignKeys(stage.client);
    stage.say(`It holds ${foreign.length} keys that are not ours.`);
    await firstAct(stage);
    await secondAct(stage);
    // A service that has lost its last key shows it now.
    await delay(1_000);
    return await judge(stage, foreign);
  } finally {
    await stage.close();
  }
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
