/**
 * The provider `hashicorp/null` once more: the smallest provider that real configurations use.
 *
 * It proves the framework and the wire without anything of keys, and lets tests of whole stacks run without a registry.
 */
import { randomInt } from "node:crypto";
import {
  type CreateRequest,
  defineSchema,
  type ImportedState,
  type NewState,
  type PlannedStateOf,
  type ProviderDefinition,
  type ReadRequest,
  type Resource,
  t,
  UNKNOWN,
  type UpdateRequest,
  type WithImport,
} from "../../../src/framework";

const schema = defineSchema({
  version: 0,
  description: "A resource that does nothing, but has the life of one.",
  attributes: {
    triggers: {
      type: t.map(t.string),
      optional: true,
      requiresReplace: true,
      description: "Values that cause a replacement when they change.",
    },
    id: { type: t.string, computed: true, stable: true, description: "A random number." },
  },
});

type NullSchema = typeof schema;

class NullResource implements Resource<NullSchema, undefined>, WithImport<NullSchema, undefined> {
  readonly typeName = "null_resource";
  readonly schema = schema;

  async create({ plannedState }: CreateRequest<NullSchema>): Promise<NewState<NullSchema>> {
    return { state: { triggers: known(plannedState.triggers), id: randomInt(1, 2 ** 48 - 1).toString() } };
  }

  async read({ state }: ReadRequest<NullSchema>): Promise<NewState<NullSchema>> {
    return { state };
  }

  async update({ priorState }: UpdateRequest<NullSchema>): Promise<NewState<NullSchema>> {
    return { state: priorState };
  }

  async delete(): Promise<void> {
    // There is nothing to remove.
  }

  async importState(id: string): Promise<ImportedState<NullSchema>> {
    return { state: { id } };
  }
}

/** Core makes everything configured known before it applies. */
function known(triggers: PlannedStateOf<NullSchema>["triggers"]): Readonly<Record<string, string>> | null {
  if (triggers === null || triggers === UNKNOWN) return null;
  const entries = Object.entries(triggers).map(([key, value]): [string, string] => {
    if (value === UNKNOWN) throw new Error(`the trigger "${key}" is unknown during apply`);
    return [key, value];
  });
  return Object.fromEntries(entries);
}

const providerSchema = defineSchema({ version: 0, description: "Does nothing.", attributes: {} });

/** The definition of the provider. */
export const nullProvider: ProviderDefinition<typeof providerSchema, undefined> = {
  name: "null",
  schema: providerSchema,
  resources: [new NullResource()],
  configure: async () => undefined,
};
