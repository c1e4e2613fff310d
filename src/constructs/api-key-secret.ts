/**
 * The secret of a key for the length of a run, as a construct: for write-only arguments of other resources, and for providers.
 *
 * cdktf has no ephemeral blocks. It writes whatever an element gives it into `cdk.tf.json`, though, so this element gives it one.
 */
import { TerraformElement, Token } from "cdktf";
import { ref } from "cdktf/lib/tfExpression";
import type { Construct } from "constructs";
import * as z from "zod";
import { KeyturnError } from "../model/error";
import { apiKeySecretTypeName } from "../provider/schema/api-key-secret-schema";
import { ApiKey } from "./api-key";
import { checkProps } from "./props-check";

/** Which key's secret is read back. */
export interface ApiKeySecretProps {
  /**
   * The key, of the same stack. It must be delivered to at least one store that can be read where Terraform runs, since Terraform's state
   * is none. It may have no `count` and no `forEach`.
   */
  readonly key: ApiKey;
}

const apiKeySecretPropsSchema = z.strictObject({
  key: z.instanceof(ApiKey, { error: "write the ApiKey whose secret is read back" }),
});

/**
 * Reads the secret of a key back while Terraform runs, from where it was delivered to. No plan and no state ever holds it.
 *
 *     const { secret, generation } = new ApiKeySecret(this, "secret", { key });
 *     new SomeSecret(this, "copy", { valueWo: secret, valueWoVersion: generation });
 *
 * Needs Terraform 1.10 or OpenTofu 1.11, and 1.11 of either for write-only arguments. Only the JSON form of a stack can hold it.
 */
export class ApiKeySecret extends TerraformElement {
  readonly #key: ApiKey;

  /**
   * @throws KeyturnError INVALID_VALUE if there is something wrong with the props
   */
  constructor(scope: Construct, id: string, props: ApiKeySecretProps) {
    super(scope, id, `ephemeral.${apiKeySecretTypeName}`);
    checkProps(this, props, apiKeySecretPropsSchema);
    this.#key = props.key;
    const problem = this.#problem();
    if (problem !== undefined) {
      throw new KeyturnError("INVALID_VALUE", `ApiKeySecret "${this.node.path}" cannot be made: ${problem}`);
    }
  }

  /** The secret. Terraform takes it in write-only arguments and in the configuration of providers, and refuses it anywhere else. */
  get secret(): string {
    return this.#attribute("secret");
  }

  /** The id of the key on the API, ephemeral like the secret. Elsewhere take that of the key. */
  get keyId(): string {
    return this.#attribute("key_id");
  }

  /** An integer that moves exactly when the secret does: for the version beside a write-only argument. It is that of the key, so it is kept. */
  get generation(): number {
    return this.#key.generation;
  }

  override toTerraform(): Record<string, unknown> {
    const { provider } = this.#key;
    const attributes = {
      ...(provider && { provider: provider.fqn }),
      service: this.#key.service,
      environment: this.#key.environment,
      deliver_to: this.#key.interpolationForAttribute("deliver_to"),
      key_id: this.#key.keyId,
      ...(this.rawOverrides as object),
      "//": this.constructNodeMetadata as unknown,
    };
    return { ephemeral: { [apiKeySecretTypeName]: { [this.friendlyUniqueId]: attributes } } };
  }

  /** @throws KeyturnError INVALID_CONFIGURATION, since cdktf would leave it out without a word */
  override toHclTerraform(): never {
    throw new KeyturnError(
      "INVALID_CONFIGURATION",
      `${this.node.path} cannot be written as HCL, because cdktf leaves ephemeral blocks out there; synthesise without --hcl`,
    );
  }

  #attribute(name: string): string {
    const { cdktfStack, friendlyUniqueId } = this;
    return Token.asString(ref(`ephemeral.${apiKeySecretTypeName}.${friendlyUniqueId}.${name}`, cdktfStack));
  }

  #problem(): string | undefined {
    const { node, cdktfStack, count, forEach } = this.#key;
    if (cdktfStack !== this.cdktfStack) {
      return `the key ${node.path} is in another stack, and Terraform hands nothing ephemeral from one stack to another; put it beside the key`;
    }
    if (count !== undefined || forEach !== undefined) {
      return `the key ${node.path} has count or forEach, so it is many keys; write a loop in the program instead, with a key and its secret in each round`;
    }
    return undefined;
  }
}
