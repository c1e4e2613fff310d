/**
 * An API key as a construct: what is declared here is created, rotated and revoked by the provider.
 *
 * What was not given stays out of the synthesised configuration, so the provider's defaults hold.
 */
import { Annotations, Fn, ImportableResource, TerraformResource, Token, type IResolvable } from "cdktf";
import type { Construct, IConstruct } from "constructs";
import { apiKeyTypeName } from "../provider/schema/api-key-schema";
import type { ApiKeyProps } from "./api-key-props";
import { apiKeyPropsSchema } from "./api-key-props-check";
import { hclAttributes } from "./hcl-attributes";
import type { KeyturnProvider } from "./keyturn-provider";
import { unknownScopeWarnings } from "./known-scopes";
import { onStackSynthesis } from "./on-stack-synthesis";
import { hasEventsAbove, ownerEventTriggers } from "./owner-event-list";
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
  /** Who answers for the key, as it was declared. */
  readonly owner: string;
  readonly #attributes: Readonly<Record<string, unknown>>;

  /**
   * @throws KeyturnError INVALID_VALUE with everything that is wrong with the props
   */
  constructor(scope: Construct, id: string, props: ApiKeyProps) {
    // Plain JavaScript can leave the props out; the check below says so.
    const { provider, dependsOn, count, forEach, lifecycle } = (props as Partial<ApiKeyProps> | undefined) ?? {};
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
    this.owner = props.owner;
    this.#attributes = attributesOf(props);
    checkKeysAtSynth(this.cdktfStack, (found) => ApiKey.isApiKey(found));
    for (const warning of unknownScopeWarnings(props.scopes)) Annotations.of(this).addWarning(warning);
    if (Token.isUnresolved(props.owner)) onStackSynthesis(this, this.#warnOfMissedEvents.bind(this));
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

  /** An integer that moves exactly when the secret does, made for the `…WoVersion` arguments of other providers. */
  get generation(): number {
    return this.getNumberAttribute("generation");
  }

  /** The secret, sensitive. Null unless it is delivered to `SecretStore.terraformState`, and after an import. */
  get secret(): string {
    return this.getStringAttribute("secret");
  }

  /** A keyed fingerprint of the secret, which tells it from others. Null unless `KEYTURN_FINGERPRINT_KEY` was set when the key was made. */
  get secretFingerprint(): string {
    return this.getStringAttribute("secret_fingerprint");
  }

  /** Replaced keys of the same name that still work, oldest first: a list of objects with `id`, `name` and `created_at`. */
  get retiring(): IResolvable {
    return this.interpolationForAttribute("retiring");
  }

  /** The id of another key with the very same name, which somebody has made by hand; null if there is none. While there is one neither is rotated. */
  get namesake(): string {
    return this.getStringAttribute("namesake");
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
    const { rotation_triggers: triggers } = this.#attributes;
    return { ...this.#attributes, rotation_triggers: this.#withOwnerEvents(triggers as Triggers | undefined) };
  }

  protected override synthesizeHclAttributes(): Record<string, unknown> {
    return hclAttributes(this.synthesizeAttributes());
  }

  #withOwnerEvents(declared: Triggers | undefined): Triggers | undefined {
    const events = ownerEventTriggers(this, this.owner);
    if (Object.keys(events).length === 0) return declared;
    if (!Token.isUnresolved(declared)) return { ...declared, ...events };
    // cdktf does not escape the texts in the arguments of a function by itself.
    const escaped = Object.entries(events).map(([name, value]) => [name, Fn.rawString(value)]);
    return Token.asStringMap(Fn.merge([declared, Object.fromEntries(escaped)]));
  }

  #warnOfMissedEvents(): void {
    if (!hasEventsAbove(this)) return;
    Annotations.of(this).addWarning("the owner is known only when Terraform runs, so no owner event rotates this key");
  }
}

type Triggers = Readonly<Record<string, string>>;

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
    max_overlap: rotation.maxOverlap?.toString(),
    overlap_wait: rotation.overlapWait?.toString(),
    verification: rotation.verification,
    rotation_triggers: rotation.triggers,
    deliver_to: props.deliverTo.map((store) => store.toTerraform()),
    compromised: props.compromised,
    deletion_protection: props.deletionProtection,
    force_revoke: props.forceRevoke,
  };
}
