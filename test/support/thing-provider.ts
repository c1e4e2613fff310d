/**
 * A provider of "things" for tests of the framework: its schema has one attribute of each sort, and tests replace its methods.
 */
import {
  defineSchema,
  type EphemeralResource,
  type ImportedState,
  type NewState,
  type Opened,
  type PlanModification,
  type ProviderDefinition,
  type Resource,
  type StateOf,
  t,
  UNKNOWN,
  type WithClosing,
  type WithConfigValidation,
  type WithImport,
  type WithPlanModifier,
  type WithRenewal,
  type WithStateUpgrade,
} from "../../src/framework";

export const thingSchema = defineSchema({
  version: 2,
  description: "A thing.",
  attributes: {
    name: { type: t.string, required: true, description: "Its name." },
    region: { type: t.string, optional: true, requiresReplace: true, description: "Where it is." },
    labels: { type: t.set(t.string), optional: true, description: "In any order." },
    size: { type: t.number, optional: true, computed: true, description: "How large it is." },
    parts: {
      nested: "list",
      optional: true,
      description: "What it is made of.",
      attributes: {
        kind: { type: t.string, required: true, description: "What part." },
        serial: { type: t.string, computed: true, stable: true, description: "Its number." },
        token: { type: t.string, optional: true, writeOnly: true, description: "Never stored." },
      },
    },
    password: { type: t.string, optional: true, sensitive: true, writeOnly: true, description: "Never stored." },
    id: { type: t.string, computed: true, stable: true, description: "Its id." },
    revision: { type: t.number, computed: true, description: "Counts the changes." },
  },
});

export type ThingSchema = typeof thingSchema;
export type Thing = StateOf<ThingSchema>;

/** A thing as it is stored. */
export const thing = (attributes: Partial<Thing> = {}): Thing => ({
  name: "lamp",
  region: null,
  labels: null,
  size: 1,
  parts: null,
  password: null,
  id: "thing-1",
  revision: 1,
  ...attributes,
});

type Abilities = Resource<ThingSchema, string> &
  WithConfigValidation<ThingSchema, string> &
  WithPlanModifier<ThingSchema, string> &
  WithImport<ThingSchema, string> &
  WithStateUpgrade<ThingSchema>;

/** The methods that a test wants to be different. */
export type ThingMethods = Partial<Omit<Abilities, "typeName" | "schema">>;

/** What a new thing gets when it is made. */
export const firstThing = { id: "thing-1", revision: 1 };

/** A resource type that keeps nothing: creating makes revision 1, updating the next one, reading finds all as it is. */
export function plainThingResource(): Resource<ThingSchema, string> {
  return {
    typeName: "example_thing",
    schema: thingSchema,
    create: async ({ plannedState }) => ({ state: made(plannedState, firstThing) }),
    read: async ({ state }): Promise<NewState<ThingSchema>> => ({ state }),
    update: async ({ plannedState, priorState }) => ({
      state: made(plannedState, { id: priorState.id, revision: Number(priorState.revision) + 1 }),
    }),
    delete: async () => undefined,
  };
}

/** The same with every ability, and with what a test wants to be different. */
export function thingResource(methods: ThingMethods = {}): Abilities {
  return {
    ...plainThingResource(),
    validateConfig: async () => undefined,
    modifyPlan: async (): Promise<PlanModification<ThingSchema>> => ({}),
    importState: async (id): Promise<ImportedState<ThingSchema>> => ({ state: { id } }),
    upgradeState: async () => thing(),
    ...methods,
  };
}

/** A thing as it was planned, with the values that only become known when it is made. */
export function made(
  planned: Parameters<Abilities["create"]>[0]["plannedState"],
  decided: Pick<Thing, "id" | "revision">,
): Thing {
  const { name, region, labels, size, parts } = planned;
  if (parts !== UNKNOWN && parts?.some((part) => part === UNKNOWN)) throw new Error("a part is unknown during apply");
  return {
    name: known(name),
    region: known(region),
    labels: labels === null || labels === UNKNOWN ? null : labels.map((label) => known(label) ?? ""),
    size: size === UNKNOWN ? 1 : size,
    parts:
      parts === null || parts === UNKNOWN
        ? null
        : parts
            .filter((part) => part !== UNKNOWN)
            .map(({ kind, serial }, index) => ({
              kind: known(kind),
              serial: serial === UNKNOWN ? `serial-${index}` : serial,
              token: null,
            })),
    password: null,
    ...decided,
  };
}

function known(value: string | null | typeof UNKNOWN): string | null {
  return value === UNKNOWN ? "decided during apply" : value;
}

export const tokenSchema = defineSchema({
  version: 0,
  description: "A token that lets its holder look at things.",
  attributes: {
    audience: { type: t.string, required: true, description: "Whom it is for." },
    rights: { type: t.set(t.string), optional: true, description: "What it allows." },
    realm: { type: t.string, optional: true, computed: true, description: "Where it is good." },
    token: { type: t.string, computed: true, sensitive: true, description: "The token." },
    hints: { type: t.list(t.string), computed: true, description: "What else there is to say." },
  },
});

export type TokenSchema = typeof tokenSchema;

type TokenAbilities = EphemeralResource<TokenSchema, string> &
  WithConfigValidation<TokenSchema, string> &
  WithRenewal<string> &
  WithClosing<string>;

/** The methods that a test wants to be different. */
export type TokenMethods = Partial<Omit<TokenAbilities, "typeName" | "schema">>;

/** What an opened token has. */
export const openedToken: Opened<TokenSchema> = { result: { realm: "home", token: "t0ken", hints: null } };

/** An ephemeral resource type that can do nothing but be opened. */
export function plainTokenResource(): EphemeralResource<TokenSchema, string> {
  return { typeName: "example_token", schema: tokenSchema, open: async () => openedToken };
}

/** The same with every ability, and with what a test wants to be different. */
export function tokenResource(methods: TokenMethods = {}): TokenAbilities {
  return {
    ...plainTokenResource(),
    validateConfig: async () => undefined,
    renew: async () => ({}),
    close: async () => undefined,
    ...methods,
  };
}

const providerSchema = defineSchema({
  version: 0,
  description: "Makes things.",
  attributes: {
    endpoint: { type: t.string, optional: true, description: "Where things are made." },
    hosts: { type: t.list(t.string), optional: true, description: "More such places." },
  },
});

type ThingProvider = ProviderDefinition<typeof providerSchema, string>;

/** A provider with one resource type, and ephemeral ones where a test has some. Its data is its endpoint. */
export function thingProvider(
  resource: Abilities | Resource<ThingSchema, string> = thingResource(),
  methods: Partial<Pick<ThingProvider, "configure" | "describeError" | "validate" | "ephemeralResources">> = {},
): ThingProvider {
  return {
    name: "example",
    schema: providerSchema,
    resources: [resource],
    configure: async ({ endpoint }) => (typeof endpoint === "string" ? endpoint : "nowhere"),
    ...methods,
  };
}
