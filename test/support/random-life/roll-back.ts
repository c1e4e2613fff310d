/** Rolls the key of a state back, as the command line does it. */
import { createKeyApiClient } from "../../../src/client";
import { declaredApiKey } from "../../../src/provider/api-key/declared-api-key";
import { newNonce } from "../../../src/provider/rotation/new-nonce";
import { rollBack } from "../../../src/provider/rotation/roll-back";
import type { ApiKeyState } from "../../../src/provider/schema/api-key-schema";
import { testWorld } from "../../../src/testing";
import type { KeyWorld } from "../key-world";

/** @throws KeyturnError if it is not possible */
export async function rollBackState({ api, clock }: KeyWorld, state: ApiKeyState): Promise<void> {
  const client = createKeyApiClient({
    endpoint: api.url,
    credentials: { kind: "key", secret: testWorld.managementKey },
    clock,
    userAgent: "keyturn-test",
  });
  try {
    const request = {
      declared: declaredApiKey(state, { variables: {} }),
      keyIdInState: state.id ?? "",
      isDryRun: false,
    };
    await rollBack(request, { client, clock, nonce: newNonce });
  } finally {
    await client.close();
  }
}
