/**
 * The provider in a stack: how to reach the API, and the provider's own installation.
 *
 * It brings the provider along: at synth it is put into the stack's folder, so there is no registry, no download and no
 * post-install script. Credentials belong into the environment of Terraform, not into code.
 */
import { homedir } from "node:os";
import { Annotations, TerraformProvider, TerraformStack, Token } from "cdktf";
import type { Construct, IConstruct } from "constructs";
import type { Duration } from "../model/duration";
import { providerPackage, providerSource } from "../provider/schema/provider-package";
import { hiddenProviderWarning } from "./cli-configuration";
import { evidenceAttribute, type KeyturnEvidence } from "./evidence-props";
import { hclAttributes } from "./hcl-attributes";
import { providerPropsSchema } from "./keyturn-provider-props";
import { onStackSynthesis } from "./on-stack-synthesis";
import { checkProps } from "./props-check";
import { installProvider } from "./provider-installation";

/** A person's login to the API. */
export interface KeyturnLogin {
  readonly email: string;
  /** Only as the value of a sensitive `TerraformVariable`: text in code would end up in `cdk.tf.json`. */
  readonly password: string;
}

/** How to reach the API. One provider instance speaks to one workspace of it. */
export interface KeyturnProviderProps {
  /**
   * The environment that this workspace is for. Keys declared for another environment are refused.
   * @default - keys of any environment may be declared
   */
  readonly environment?: string;
  /**
   * The address of the API, beginning with `https://` or `http://`.
   * @default - the environment variable `KEYTURN_ENDPOINT`, or else the public API
   */
  readonly endpoint?: string;
  /**
   * A name for this instance, needed as soon as a stack has a second one. Keys choose theirs with `provider`.
   * @default - this is the instance of all keys that choose none
   */
  readonly alias?: string;
  /**
   * The project (workspace) to act in after a login.
   * @default - the environment variable `KEYTURN_PROJECT_ID`, or else the login's active project
   */
  readonly projectId?: string;
  /**
   * A key that may manage keys. Only as the value of a sensitive `TerraformVariable`.
   * @default - the environment variable `KEYTURN_API_KEY`
   */
  readonly apiKey?: string;
  /**
   * An access token. Only as the value of a sensitive `TerraformVariable`.
   * @default - the environment variable `KEYTURN_TOKEN`
   */
  readonly token?: string;
  /**
   * A person's login.
   * @default - the environment variables `KEYTURN_EMAIL` and `KEYTURN_PASSWORD`
   */
  readonly login?: KeyturnLogin;
  /**
   * How long one request may take. More than zero.
   * @default Duration.seconds(30)
   */
  readonly requestTimeout?: Duration;
  /**
   * How often a request that is safe to repeat is repeated after a failure, from 0 to 20.
   * @default 4
   */
  readonly maxRetries?: number;
  /**
   * Who else may know whether a key is in use.
   * @default - the API's own `last_used_at` and activity log
   */
  readonly evidence?: KeyturnEvidence;
}

/** The keyturn provider of a stack. */
export class KeyturnProvider extends TerraformProvider {
  readonly #props: KeyturnProviderProps;

  /**
   * @throws KeyturnError INVALID_VALUE with everything that is wrong with the props
   * @throws KeyturnError INVALID_CONFIGURATION if the package does not contain the provider
   */
  constructor(scope: Construct, id: string, props: KeyturnProviderProps = {}) {
    const installed = providerPackage();
    super(scope, id, {
      terraformResourceType: "keyturn",
      terraformGeneratorMetadata: { providerName: "keyturn", providerVersion: installed.version },
      terraformProviderSource: providerSource,
    });
    checkProps(this, props, providerPropsSchema);
    this.#props = props;
    this.node.addValidation({ validate: () => this.#aliasProblems() });
    onStackSynthesis(this, (stackFolder) => {
      if (this.#providersOfStack()[0] !== this) return;
      installProvider(stackFolder, installed);
      const warning = hiddenProviderWarning({ home: homedir(), variables: process.env });
      if (warning !== undefined) Annotations.of(this).addWarning(warning);
    });
  }

  /** Whether `construct` is a keyturn provider. */
  static isKeyturnProvider(construct: IConstruct): construct is KeyturnProvider {
    return construct instanceof KeyturnProvider;
  }

  /** The name of this instance, or undefined where it is the instance of all keys that choose none. */
  override get alias(): string | undefined {
    return this.#props.alias;
  }

  /** The environment that this workspace is for, or undefined where it was not given. */
  get environment(): string | undefined {
    return this.#props.environment;
  }

  /**
   * What the code says of the workspace: one text for all instances that are sure to reach the same one, in whichever stack.
   * Undefined where that hangs on a value, such as a credential, that only Terraform knows.
   */
  get workspace(): string | undefined {
    const { environment, endpoint, projectId, apiKey, token, login } = this.#props;
    const settings = [environment, endpoint, projectId, login?.email];
    if (apiKey !== undefined || token !== undefined || settings.some((setting) => Token.isUnresolved(setting))) {
      return undefined;
    }
    // A URL is written in one way, with the slash at the end of an address.
    return JSON.stringify([environment, endpoint && new URL(endpoint).href, projectId, login?.email]);
  }

  protected override synthesizeAttributes(): Record<string, unknown> {
    const { environment, endpoint, projectId, apiKey, token, login, requestTimeout, maxRetries, evidence } =
      this.#props;
    return {
      environment,
      endpoint,
      project_id: projectId,
      api_key: apiKey,
      token,
      login: login && { email: login.email, password: login.password },
      request_timeout: requestTimeout?.toString(),
      max_retries: maxRetries,
      evidence: evidence && evidenceAttribute(evidence),
    };
  }

  protected override synthesizeHclAttributes(): Record<string, unknown> {
    return hclAttributes(this.synthesizeAttributes());
  }

  /** Those that Terraform tells apart by their aliases, and that share one folder. */
  #providersOfStack(): KeyturnProvider[] {
    const stack = TerraformStack.of(this);
    const providers = stack.node.findAll().filter((found) => KeyturnProvider.isKeyturnProvider(found));
    return providers.filter((provider) => TerraformStack.of(provider) === stack);
  }

  #aliasProblems(): string[] {
    const first = this.#providersOfStack().find(({ alias }) => alias === this.alias);
    if (first === this || first === undefined) return [];
    const alias = this.alias === undefined ? "no alias" : `the alias "${this.alias}"`;
    return [
      `${first.node.path} and ${this.node.path} are both KeyturnProviders with ${alias}; ` +
        "give each but one its own alias, and pass it to its keys as their property provider",
    ];
  }
}
