/**
 * An API key as a construct: what is declared here is created, rotated and revoked by the provider.
 *
 * What was not given stays out of the synthesised configuration, so the provider's defaults hold.
 */
import { ImportableResource, TerraformResource, type IResolvable } from "cdktf";
import type { Construct, IConstruct } from "constructs";
import { apiKeyTypeName } from "../provider/schema/api-key-schema";
import { apiKeyPropsSchema, type ApiKeyProps } from "./api-key-props";
import { hclAttributes } from "./hcl-attributes";
import type { KeyturnProvider } from "./keyturn-provider";
import { checkProps } from "./props-check";
import { checkKeysAtSynth } from "./stack-check";

/**
 * An API key of one service in one environment.
 *
 * When its period is over, the next plan shows a replacement: the new key is created and delivered first, and the old one is
 * revoked only when the overlap has passed, the new key is in use and the old one has gone quiet.
 */
export class ApiKey extends TerraformResource {
  /** The service that uses the key, as it was declared. */
  readonly service: string;
  /** The environment that the service runs in, as it was declared. */
  readonly environment: string;
  readonly #attributes: Readonly<Record<string, unknown>>;

  /**
   * @throws KeyturnError INVALID_VALUE with everything that is wrong with the props
   */
  constructor(scope: Construct, id: string, props: ApiKeyProps) {
    const { provider, dependsOn, count, forEach, lifecycle } = props;
    super(scope, id, {
      terraformResourceType: apiKeyTypeName,
      terraformGeneratorMetadata: { providerName: "keyturn" },
      ...(provider && { provider }),
      ...(dependsOn && { dependsOn }),
      ...(count !== undefined && { count }),
      ...(forEach && { forEach }),
      ...(lifecycle && { lifecycle }),
    });
    checkProps(this, props, apiKeyPropsSchema);
    this.service = props.service;
    this.environment = props.environment;
    this.#attributes = attributesOf(props);
    checkKeysAtSynth(this.cdktfStack, (found) => ApiKey.isApiKey(found));
  }

  /** Whether `construct` is an API key of keyturn. */
  static isApiKey(construct: IConstruct): construct is ApiKey {
    return construct instanceof ApiKey;
  }

  /**
   * Has the configuration for an existing key written at the next `cdktf diff`.
   *
   * @param importToId the construct id that the key will have
   * @param importFromId the key's id or name on the API
   */
  static generateConfigForImport(
    scope: Construct,
    importToId: string,
    importFromId: string,
    provider?: KeyturnProvider,
  ): ImportableResource {
    return new ImportableResource(scope, importToId, {
      terraformResourceType: apiKeyTypeName,
      importId: importFromId,
      ...(provider && { provider }),
    });
  }

  /** The id of the key on the API. Another one after every rotation. */
  get keyId(): string {
    return this.getStringAttribute("id");
  }

  /** The name of the key on the API: `service-environment`. */
  get keyName(): string {
    return this.getStringAttribute("name");
  }

  /** When the key was created, RFC 3339. */
  get createdAt(): string {
    return this.getStringAttribute("created_at");
  }

  /** The instant from which the next plan replaces the key, RFC 3339. */
  get rotateAfter(): string {
    return this.getStringAttribute("rotate_after");
  }

  /** An integer that grows exactly when the secret changes, made for the `…WoVersion` arguments of other providers. */
  get generation(): number {
    return this.getNumberAttribute("generation");
  }

  /** The secret, sensitive. Null unless it is delivered to `SecretStore.terraformState`, and after an import. */
  get secret(): string {
    return this.getStringAttribute("secret");
  }

  /** Replaced keys of the same name that still work, oldest first: a list of objects with `id`, `name` and `created_at`. */
  get retiring(): IResolvable {
    return this.interpolationForAttribute("retiring");
  }

  /** Terraform's own settings. The new key comes before the old one goes, whatever was set since the construction. */
  override get terraformMetaArguments(): Record<string, unknown> {
    const metaArguments = super.terraformMetaArguments as Record<string, unknown>;
    return {
      ...metaArguments,
      lifecycle: { ...(metaArguments["lifecycle"] as object | undefined), createBeforeDestroy: true },
    };
  }

  protected override synthesizeAttributes(): Record<string, unknown> {
    return this.#attributes;
  }

  protected override synthesizeHclAttributes(): Record<string, unknown> {
    return hclAttributes(this.#attributes);
  }
}

function attributesOf(props: ApiKeyProps): Record<string, unknown> {
  const { rotation } = props;
  return {
    service: props.service,
    environment: props.environment,
    owner: props.owner,
    scopes: props.scopes,
    pinterest_account_ids: props.pinterestAccountIds,
    rotation_period: rotation.period.toString(),
    overlap_window: rotation.overlap?.toString(),
    quiet_period: rotation.quietPeriod?.toString(),
    overlap_wait: rotation.overlapWait?.toString(),
    verification: rotation.verification,
    rotation_triggers: rotation.triggers,
    deliver_to: props.deliverTo.map((store) => store.toTerraform()),
  };
}
