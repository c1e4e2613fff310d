/**
 * The second act: an overlap that outlasts its deploy, because a service reads its new secret late; and a roll-back.
 */
import { setTimeout as delay } from "node:timers/promises";
import { isPlanEmpty, planIn, warningsIn } from "./cdktf-output";
import { longOverlap, longOverlapSeconds, quietSeconds } from "./policies";
import type { Stage } from "./stage";

const slow = "worker-prod";
const unwanted = "scheduler-prod";

/** @throws Error if a plan that should be empty is not, or if nothing can be rolled back */
export async function secondAct(stage: Stage): Promise<void> {
  const { deployment, consumers } = stage;
  deployment.settings = longOverlap;
  consumers.tell(slow, "hold");
  stage.say(
    `Third deploy: Kim has left the team, so its two keys are replaced. The service of ${slow} is slow to notice.`,
  );
  const warning = warningsIn(await deployment.deploy()).find((text) => text.includes(slow));
  if (warning === undefined) throw new Error(`the deploy should have ended with a warning about ${slow}`);
  stage.say("Its overlap lasts longer than the deploy, which ends with a warning:");
  stage.show(warning);

  stage.say(`The other new key turns out to be unwanted. keyturn rollback ${unwanted} prints:`);
  stage.show(await deployment.rollBack(unwanted));
  const overlapOver = delay((longOverlapSeconds + 1) * 1000);

  const output = await deployment.diff();
  if (!isPlanEmpty(output)) throw new Error(`the plan should be empty, and is not:\n${output}`);
  stage.say("cdktf diff, while one replaced key is in use and one is rolled back: No changes.");

  consumers.tell(slow, "follow");
  stage.say(`The service of ${slow} reads its new secret at last.`);
  // The API tells the time in whole seconds, and keyturn allows for the time that it takes to note a use.
  await Promise.all([overlapOver, delay((quietSeconds + 4) * 1000)]);

  const printed = await deployment.deploy();
  stage.say("Fourth deploy: it revokes what nobody uses any more, and nothing else. Its plan was:");
  stage.show(planIn(printed));
}
