/**
 * Redeploys the services that use a key, between the creation of a new key and the revocation of the old one.
 *
 * A `null_resource` that depends on the key and is replaced whenever the key is. Terraform runs it after the new key is created
 * and before the replaced one is destroyed; if the command fails, the old key is not revoked in that run.
 */
import { Resource as NullResource } from "@cdktf/provider-null/lib/resource";
import { TerraformProvider, TerraformStack, type LocalExecProvisioner } from "cdktf";
import { Construct } from "constructs";
import * as z from "zod";
import { ApiKey } from "./api-key";
import { checkProps, filledText, orToken } from "./props-check";

/** Which command makes the users of a key take up the new secret. */
export interface RolloutProps {
  /** The key whose rotation is rolled out. */
  readonly key: ApiKey;
  /**
   * The command that redeploys the services that use the key. It runs on the machine that runs Terraform, and should return when
   * the services are up again. A list is a program and its arguments, with no shell between; a text is a line for the shell.
   */
  readonly command: string | readonly string[];
  /**
   * Environment variables for the command, on top of Terraform's own. They are not kept in the state.
   * @default - Terraform's own environment
   */
  readonly environment?: Readonly<Record<string, string>>;
  /**
   * The folder that the command runs in.
   * @default - the stack's folder in `cdktf.out`
   */
  readonly workingDirectory?: string;
}

const commandAllowed = `write a line for the shell, or a program and its arguments such as ["kubectl", "rollout", "restart", "deploy/scheduler"]`;

const rolloutPropsSchema = z.strictObject({
  key: z.instanceof(ApiKey, { error: "write the ApiKey whose rotation is rolled out" }),
  command: orToken(z.custom(isCommand, commandAllowed)),
  environment: orToken(
    z.record(z.string(), orToken(z.string({ error: "an environment variable is a text" })), {
      error: "write a name and a text for each variable",
    }),
  ).optional(),
  workingDirectory: orToken(filledText("write the path of a folder")).optional(),
});

/**
 * Redeploys the services that use a key, each time that the key is created or rotated.
 *
 * Needs the provider `hashicorp/null` in the stack: `new NullProvider(this, "null")` of `@cdktf/provider-null/lib/provider`.
 */
export class Rollout extends Construct {
  /**
   * @throws KeyturnError INVALID_VALUE with everything that is wrong with the props
   */
  constructor(scope: Construct, id: string, props: RolloutProps) {
    super(scope, id);
    checkProps(this, props, rolloutPropsSchema);
    const { key, environment, workingDirectory } = props;
    const command: LocalExecProvisioner = {
      type: "local-exec",
      ...commandLine(props.command),
      ...(environment && { environment }),
      ...(workingDirectory !== undefined && { workingDir: workingDirectory }),
    };
    new NullResource(this, "command", {
      // Kept in the state, so the key's id and never its secret.
      triggers: { key_id: key.keyId },
      dependsOn: [key],
      provisioners: [command],
    });
    this.node.addValidation({ validate: () => (this.#hasNullProvider() ? [] : [missingProvider]) });
  }

  #hasNullProvider(): boolean {
    const all = TerraformStack.of(this).node.findAll();
    return all.some((found) => TerraformProvider.isTerraformProvider(found) && found.terraformResourceType === "null");
  }
}

const missingProvider =
  `a Rollout needs the provider hashicorp/null in its stack; ` +
  `add new NullProvider(this, "null"), imported from "@cdktf/provider-null/lib/provider"`;

function isCommand(command: unknown): boolean {
  const words: readonly unknown[] = Array.isArray(command) ? command : [command];
  return words.length > 0 && words[0] !== "" && words.every((word) => typeof word === "string");
}

/** Terraform appends the command to the interpreter's arguments, and takes a shell where there is no interpreter. */
function commandLine(command: string | readonly string[]): Pick<LocalExecProvisioner, "command" | "interpreter"> {
  if (typeof command === "string") return { command };
  const last = command.at(-1) ?? "";
  return command.length === 1
    ? { command: last, interpreter: ["/usr/bin/env"] }
    : { command: last, interpreter: command.slice(0, -1) };
}
