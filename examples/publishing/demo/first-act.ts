/**
 * The first act: keys are created, come due, and are replaced while their services go on.
 */
import { setTimeout as delay } from "node:timers/promises";
import type { KeyApiClient } from "keyturn/client";
import { planIn } from "./cdktf-output";
import { periodSeconds, shortLives } from "./policies";
import { keyNames, type Stage } from "./stage";

export async function firstAct(stage: Stage): Promise<void> {
  const { client, deployment } = stage;
  deployment.settings = shortLives;
  stage.say("First deploy: cdktf deploy creates a key for each service, and writes its secret to an encrypted file.");
  await deployment.deploy();
  stage.startConsumers();
  stage.say(`Three services send traffic, each with its key: ${keyNames.join(", ")}.`);
  await untilDue(client);

  stage.say("The keys are due. cdktf diff plans:");
  stage.show(planIn(await deployment.diff()));
  stage.say("Second deploy: each key is replaced, and the old one revoked when it has gone quiet.");
  await deployment.deploy();
}

async function untilDue(client: KeyApiClient): Promise<void> {
  const { keys } = await client.list({ fresh: true });
  const newest = Math.max(
    ...keys.filter(({ name }) => keyNames.includes(name)).map(({ createdAt }) => createdAt?.epochMs ?? 0),
  );
  // One second more, since the API tells the time in whole seconds.
  await delay(Math.max(0, newest + (periodSeconds + 1) * 1000 - Date.now()));
}
