/**
 * Reads the keys out of what `terraform show -json` prints of a state.
 *
 * Only what is needed of them is taken, so no secret gets past this file. What a newer Terraform adds is passed over; another major version of
 * the format is refused, and so is a key of which something cannot be understood, since half of it would be too little to act on.
 */
import { z } from "zod";
import { KeyturnError } from "../model/error";
import { apiKeySchema, apiKeyTypeName } from "../provider/schema/api-key-schema";

/** The major version of the format that is understood: https://developer.hashicorp.com/terraform/internals/json-format */
const knownMajor = "1";

const stateSchema = z.object({
  format_version: z.string(),
  values: z.object({ root_module: z.unknown().optional() }).optional(),
});

/** Modules are taken one level at a time: how deep they are is up to whoever wrote the file. */
const moduleSchema = z.object({
  resources: z.array(z.unknown()).optional(),
  child_modules: z.array(z.unknown()).optional(),
});

const keyResourceSchema = z.object({
  address: z.string(),
  type: z.literal(apiKeyTypeName),
  mode: z.literal("managed"),
  deposed_key: z.string().optional(),
  schema_version: z.number().optional(),
  values: z.unknown().optional(),
});

const namesSchema = z.object({ service: z.string(), environment: z.string() });

const text = z
  .string()
  .nullish()
  .transform((value) => value ?? null);

const flag = z
  .boolean()
  .nullish()
  .transform((value) => value ?? null);

/** The settings of one kind of place, which are null where the place is of another kind. */
function place<Settings extends z.ZodType>(settings: Settings) {
  return settings.nullish().transform((value) => value ?? null);
}

const keyValuesSchema = namesSchema.extend({
  id: z.string().min(1),
  owner: text,
  created_at: text,
  rotation_period: z.string(),
  overlap_window: text,
  quiet_period: text,
  overlap_wait: text,
  max_overlap: text,
  verification: text,
  deliver_to: z
    .array(
      z
        .object({
          terraform_state: place(z.object({ i_understand_the_secret_is_in_state: z.boolean().nullable() })),
          encrypted_file: place(z.object({ path: z.string(), recipients: z.array(z.string()) })),
          aws_secrets_manager: place(
            z.object({
              secret_id: z.string(),
              region: text,
              json_key: text,
              create_if_missing: flag,
              kms_key_id: text,
            }),
          ),
          vault_kv: place(z.object({ path: z.string(), mount: text, field: text, address: text, namespace: text })),
          kubernetes_secret: place(z.object({ namespace: z.string(), name: z.string(), key: text, context: text })),
          github_actions_secret: place(z.object({ repository: z.string(), name: z.string(), environment: text })),
        })
        // One of a kind that is not known here must not be passed over: its secret would stay behind.
        .refine((target) => Object.values(target).some((settings) => settings !== null)),
    )
    .min(1),
});

/** A key in Terraform's state. */
export interface KeyInState {
  /** Where it is in the configuration: `keyturn_api_key.scheduler`. */
  readonly address: string;
  /** Whether it was replaced, and waits for its destruction, which a run has not got to. */
  readonly isDeposed: boolean;
  readonly values: z.output<typeof keyValuesSchema>;
}

/**
 * The keys of one service in one environment.
 * @param isMeant says whether the key of a service in an environment is looked for
 * @throws KeyturnError INVALID_VALUE for text that is no state, or of a version that is not known
 */
export function keysInState(
  json: string,
  isMeant: (names: z.output<typeof namesSchema>) => boolean,
): readonly KeyInState[] {
  return resourcesInState(json).flatMap((resource) => {
    const found = keyResourceSchema.safeParse(resource);
    if (!found.success) return [];
    const { address, values, schema_version: version = 0, deposed_key: deposedKey } = found.data;
    const names = namesSchema.safeParse(values);
    // One that was imported and never applied has no service yet.
    if (!names.success || !isMeant(names.data)) return [];
    const isDeposed = deposedKey !== undefined;
    return [{ address: printable(address), isDeposed, values: readValues(values, { address, version }) }];
  });
}

/**
 * All resources of all modules, as they are: they may hold secrets.
 * @throws KeyturnError INVALID_VALUE for text that is no state, or of a version that is not known
 */
export function resourcesInState(json: string): readonly unknown[] {
  return resourcesOf(readState(json));
}

function readState(json: string): z.output<typeof stateSchema> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(json);
  } catch {
    // No cause: a parser may quote what it has read.
    throw new KeyturnError("INVALID_VALUE", "what Terraform shows of its state is not JSON");
  }
  const state = stateSchema.safeParse(parsed);
  if (!state.success) {
    throw new KeyturnError("INVALID_VALUE", "what Terraform shows of its state has no form that is known");
  }
  const { format_version: version } = state.data;
  if (version.split(".")[0] !== knownMajor) {
    throw new KeyturnError(
      "INVALID_VALUE",
      `Terraform shows its state in version ${JSON.stringify(version.slice(0, 20))} of the format, and version ${knownMajor} is known; use a newer keyturn`,
    );
  }
  return state.data;
}

function resourcesOf({ values }: z.output<typeof stateSchema>): readonly unknown[] {
  const resources: unknown[] = [];
  const modules: unknown[] = values ? [values.root_module] : [];
  for (let module = modules.pop(); module !== undefined; module = modules.pop()) {
    const read = moduleSchema.safeParse(module);
    if (!read.success) {
      throw new KeyturnError("INVALID_VALUE", "what Terraform shows of its state has a module of an unknown form");
    }
    // No spread into a call: a module may have more resources than a call takes arguments.
    for (const resource of read.data.resources ?? []) resources.push(resource);
    for (const child of read.data.child_modules ?? []) modules.push(child);
  }
  return resources;
}

function readValues(
  values: unknown,
  { address, version }: { readonly address: string; readonly version: number },
): z.output<typeof keyValuesSchema> {
  const read = keyValuesSchema.safeParse(values);
  if (read.success && version === apiKeySchema.version) return read.data;
  // Where, and never what: a value may be a secret.
  const place = read.success ? "" : ` at ${printable(read.error.issues[0]?.path.join(".") ?? "")}`;
  throw new KeyturnError(
    "INVALID_VALUE",
    `${printable(address)} in Terraform's state is not as this version of keyturn writes it${place}; use the version that it was deployed with`,
  );
}

/** What comes from a file may hold what steers a terminal. */
function printable(words: string): string {
  return words.replaceAll(/\p{Cc}/gu, "?").slice(0, 300);
}
