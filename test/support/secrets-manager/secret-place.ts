/** A secret of AWS Secrets Manager as a place for the tests that every store must pass, wherever it is kept. */
import { randomBytes } from "node:crypto";
import type * as Sdk from "@aws-sdk/client-secrets-manager";
import type { AwsSecretsManagerTarget } from "../../../src/model/aws-secrets-manager-target";
import { AwsSecretsManagerStore } from "../../../src/stores/aws-secrets-manager/aws-secrets-manager-store";
import { openClient } from "../../../src/stores/aws-secrets-manager/open-client";
import { contextOf } from "../store-context";
import type { StorePlace } from "../store-contract";

type Variables = Readonly<Record<string, string | undefined>>;

/** Tests wait for nothing that does not come. */
const testLimits = { tryMs: 2000, tries: 3 };

/** What stands for "no key" in a secret, as the README has it. */
export const noKeyText = '{"keyturn":"no key"}';

const foreignText = '{"username":"scheduler","password":"hunter2"}';

/** A name that no other test uses, also where an emulator is shared. */
export function newSecretId(): string {
  return `keyturn-tests/scheduler-${randomBytes(6).toString("hex")}`;
}

/** Opens the store of a logical key. */
export function openAwsStore(
  target: AwsSecretsManagerTarget,
  variables: Variables,
  keyName = "scheduler-prod",
): AwsSecretsManagerStore {
  return new AwsSecretsManagerStore(target, contextOf(keyName, variables), testLimits);
}

/** Does to secrets what other people do, with the same SDK. */
export function otherPeople(variables: Variables): {
  readonly create: (secretId: string, text?: string) => Promise<void>;
  readonly put: (secretId: string, text: string) => Promise<string>;
  readonly read: (secretId: string) => Promise<string | undefined>;
  readonly describe: (secretId: string) => Promise<Sdk.DescribeSecretCommandOutput>;
} {
  const { sdk, client } = openClient(variables, { region: undefined, limits: testLimits });
  return {
    create: async (Name, text) => {
      await client.send(new sdk.CreateSecretCommand({ Name, ...(text !== undefined && { SecretString: text }) }));
    },
    put: async (SecretId, SecretString) => {
      const { VersionId = "" } = await client.send(new sdk.PutSecretValueCommand({ SecretId, SecretString }));
      return VersionId;
    },
    read: async (SecretId) => {
      try {
        const input = { SecretId, VersionStage: "AWSCURRENT" };
        return (await client.send(new sdk.GetSecretValueCommand(input))).SecretString;
      } catch (error) {
        if ((error as Error).name === "ResourceNotFoundException") return undefined;
        throw error;
      }
    },
    describe: async (SecretId) => await client.send(new sdk.DescribeSecretCommand({ SecretId })),
  };
}

/** A place of its own: a secret that somebody has made without a value, or none yet. */
export async function newSecretPlace(
  variables: Variables,
  { jsonKey, createIfMissing = false }: { readonly jsonKey?: string; readonly createIfMissing?: boolean } = {},
): Promise<StorePlace> {
  const secretId = newSecretId();
  const people = otherPeople(variables);
  if (!createIfMissing) await people.create(secretId);
  const target = { secretId, createIfMissing, ...(jsonKey !== undefined && { jsonKey }) };
  return {
    open: (keyName) => openAwsStore(target, variables, keyName),
    readCurrent: async () => {
      const text = await people.read(secretId);
      if (text === undefined || text === noKeyText) return undefined;
      return jsonKey === undefined ? text : (JSON.parse(text) as Record<string, string>)[jsonKey];
    },
    plantForeign: async () => {
      if (createIfMissing) await people.create(secretId, foreignText);
      else await people.put(secretId, foreignText);
    },
    isForeignIntact: async () => (await people.read(secretId)) === foreignText,
  };
}
