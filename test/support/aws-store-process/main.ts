/**
 * A process that does one thing with a secret of AWS, with nothing but what is installed where it runs: `put|check|current SECRET_ID KEY_ID`.
 * It prints the error's code and message, or what the store holds.
 */
import { AwsSecretsManagerStore } from "../../../src/stores/aws-secrets-manager/aws-secrets-manager-store";
import { deliveryOf } from "../delivery";
import { contextOf } from "../store-context";

async function main(): Promise<void> {
  const [verb = "", secretId = "", keyId = ""] = process.argv.slice(2);
  const store = new AwsSecretsManagerStore({ secretId }, contextOf("scheduler-prod", process.env));
  try {
    if (verb === "put") await store.put(deliveryOf(keyId));
    else if (verb === "check") await store.check();
    process.stdout.write(`${JSON.stringify(await store.current())}\n`);
  } catch (error) {
    const { code, message } = error as { code?: string; message: string };
    process.stdout.write(`${String(code)}: ${message}\n`);
    process.exitCode = 1;
  }
}

void main();
