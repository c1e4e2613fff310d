/**
 * Which workspace of the API each key is in, as far as the settings of its provider tell: the same settings reach the same workspace.
 *
 * The settings are compared, and never shown: a credential may be among them.
 */
import { z } from "zod";
import { apiKeyTypeName } from "../../provider/schema/api-key-schema";
import { configurationModuleSchema } from "./plan-schema";

const configurationSchema = z.object({
  provider_config: z.record(z.string(), z.object({ expressions: z.unknown().optional() })).optional(),
  root_module: z.unknown().optional(),
});

const expressionsSchema = z.record(z.string(), z.unknown());

/** The settings of the provider that say where a key is. */
const telling = ["endpoint", "project_id", "login", "api_key", "token"] as const;

/**
 * A text for the settings that each key of the root module is reached with, by the name of its block. Modules may be handed other
 * providers, so nothing is said of theirs.
 */
export function keyWorkspaces(configuration: unknown): ReadonlyMap<string, string> {
  const { provider_config: providers = {}, root_module: root } =
    configurationSchema.safeParse(configuration).data ?? {};
  const { resources } = configurationModuleSchema.safeParse(root).data ?? {};
  return new Map(
    (resources ?? []).flatMap(({ type, name, provider_config_key: key }): [string, string][] => {
      if (type !== apiKeyTypeName || name === undefined || key === undefined) return [];
      const expressions = expressionsSchema.safeParse(providers[key]?.expressions).data ?? {};
      return [[name, JSON.stringify(telling.map((setting) => expressions[setting] ?? null))]];
    }),
  );
}
