/**
 * Stacks and keys for tests of the constructs: everything valid, to be changed in one place by each test.
 */
import { Testing, TerraformStack } from "cdktf";
import { ApiKey } from "../../src/constructs/api-key";
import type { ApiKeyProps } from "../../src/constructs/api-key-props";
import { SecretStore } from "../../src/constructs/secret-store";
import { Duration } from "../../src/model/duration";

/** Props of a key that is as it should be. */
export const validKey: ApiKeyProps = {
  service: "scheduler",
  environment: "prod",
  owner: "team-publishing@acme.example",
  scopes: ["read", "write"],
  rotation: { period: Duration.days(90) },
  deliverTo: [SecretStore.terraformState({ iUnderstandTheSecretIsInState: true })],
};

/** An empty stack of an app of its own. */
export function emptyStack(id = "publishing"): TerraformStack {
  return new TerraformStack(Testing.app(), id);
}

/** A key in a stack, with the given props changed. The type is open, as it is for users of plain JavaScript. */
export function addKey(stack: TerraformStack, id: string, changes: Readonly<Record<string, unknown>> = {}): ApiKey {
  return new ApiKey(stack, id, { ...validKey, ...changes });
}

/** What Terraform would read, as data. */
export interface Synthesised {
  readonly resource?: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, unknown>>>>>>;
  readonly ephemeral?: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, unknown>>>>>>;
  readonly provider?: Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>>;
  readonly terraform: { readonly required_providers: Readonly<Record<string, { source: string; version: string }>> };
  readonly output?: Readonly<Record<string, { readonly value: unknown }>>;
  readonly import?: readonly unknown[];
  readonly moved?: readonly unknown[];
}

/** Synthesises a stack, with its validations. */
export function synthesise(stack: TerraformStack): Synthesised {
  stack.prepareStack();
  return JSON.parse(Testing.synth(stack, true)) as Synthesised;
}

/** The message of what `action` throws; fails where it does not throw. */
export function messageOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (error instanceof Error) return error.message;
    throw error;
  }
  throw new Error("nothing was thrown");
}
