/**
 * A provider of a secrets manager of somebody else: it takes a secret in a write-only argument, and takes it anew exactly when the version
 * beside it moves. For tests of handing a secret from one provider to another.
 *
 * It keeps no secret. Of each that it is given it notes the hash in the file that LOCKER_LOG names, and sends one request with it to the
 * address in LOCKER_PROBE, as a service would that was started with it. LOCKER_DELAY_MS is how long it takes before it does anything.
 */
import { createHash } from "node:crypto";
import { appendFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { request } from "undici";
import {
  defineSchema,
  type ConfigOf,
  type CreateRequest,
  type NewState,
  type ProviderDefinition,
  type ReadRequest,
  type Resource,
  t,
  UNKNOWN,
  type UpdateRequest,
} from "../../../src/framework";

/** One line of the log: what the locker was given, and whether the API let it in with that. */
export interface LockerEntry {
  readonly name: string;
  readonly version: number;
  readonly sha256: string;
  readonly status: number;
}

const schema = defineSchema({
  version: 0,
  description: "A secret in a locker.",
  attributes: {
    name: { type: t.string, required: true, requiresReplace: true, description: "What it is called." },
    secret_wo: { type: t.string, required: true, sensitive: true, writeOnly: true, description: "The secret." },
    secret_wo_version: { type: t.number, required: true, description: "The secret is taken when this changes." },
    id: { type: t.string, computed: true, stable: true, description: "Its name." },
  },
});

type EntrySchema = typeof schema;
type Environment = Readonly<Record<string, string | undefined>>;

class EntryResource implements Resource<EntrySchema, Environment> {
  readonly typeName = "locker_entry";
  readonly schema = schema;

  async create(
    { config }: CreateRequest<EntrySchema>,
    { data }: { readonly data: Environment },
  ): Promise<NewState<EntrySchema>> {
    await put(config, data);
    return { state: stateOf(config) };
  }

  async read({ state }: ReadRequest<EntrySchema>): Promise<NewState<EntrySchema>> {
    return { state };
  }

  async update(
    { config, priorState }: UpdateRequest<EntrySchema>,
    { data }: { readonly data: Environment },
  ): Promise<NewState<EntrySchema>> {
    if (config.secret_wo_version !== priorState.secret_wo_version) await put(config, data);
    return { state: stateOf(config) };
  }

  async delete(): Promise<void> {
    // There is nothing to remove.
  }
}

type EntryConfig = ConfigOf<EntrySchema>;

function stateOf({ name, secret_wo_version: version }: EntryConfig) {
  return { name: known(name), secret_wo: null, secret_wo_version: known(version), id: known(name) };
}

async function put(config: EntryConfig, environment: Environment): Promise<void> {
  const secret = known(config.secret_wo);
  await delay(Number(environment["LOCKER_DELAY_MS"] ?? 0));
  const { statusCode, body } = await request(environment["LOCKER_PROBE"] ?? "", { headers: { "x-api-key": secret } });
  await body.dump();
  const entry: LockerEntry = {
    name: known(config.name),
    version: Number(known(config.secret_wo_version)),
    sha256: createHash("sha256").update(secret).digest("hex"),
    status: statusCode,
  };
  appendFileSync(environment["LOCKER_LOG"] ?? "", `${JSON.stringify(entry)}\n`);
}

function known<T>(value: T | null | typeof UNKNOWN): T {
  if (value === UNKNOWN || value === null) throw new Error("a value is missing during apply");
  return value;
}

const providerSchema = defineSchema({ version: 0, description: "Keeps secrets.", attributes: {} });

/** The definition of the provider. */
export function lockerProvider(environment: Environment): ProviderDefinition<typeof providerSchema, Environment> {
  return {
    name: "locker",
    schema: providerSchema,
    resources: [new EntryResource()],
    configure: async () => environment,
  };
}
