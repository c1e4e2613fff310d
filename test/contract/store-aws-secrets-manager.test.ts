/**
 * AWS Secrets Manager: the promises of every store, against a server that follows AWS's documentation and against the emulator moto, and
 * its own about versions, labels and tags.
 */
import { describeStore } from "../support/store-contract";
import { newSecretPlace } from "../support/secrets-manager/secret-place";
import { isMotoAvailable, Moto } from "../support/secrets-manager/moto";
import { SecretsManagerServer } from "../support/secrets-manager/secrets-manager-server";

describe("with a server that follows AWS's documentation", () => {
  const server = new SecretsManagerServer();
  beforeAll(() => server.start());
  afterAll(() => server.stop());

  describeStore("a secret of AWS", () => newSecretPlace(server.variables));
  describeStore("a secret of AWS with JSON", () => newSecretPlace(server.variables, { jsonKey: "api_key" }));
  describeStore("a secret of AWS that is created", () => newSecretPlace(server.variables, { createIfMissing: true }));
});

if (!isMotoAvailable) process.stderr.write("skipped: moto is not installed, so secrets of AWS are not kept in it\n");

(isMotoAvailable ? describe : describe.skip)("with moto", () => {
  let moto: Moto;
  beforeAll(async () => {
    moto = await Moto.start();
  });
  afterAll(() => moto.stop());

  describeStore("a secret of AWS", () => newSecretPlace(moto.variables));
  describeStore("a secret of AWS that is created", () => newSecretPlace(moto.variables, { createIfMissing: true }));
});
