/**
 * What cdktf writes into `cdk.tf.json` and a plan does not tell: the name of the stack, the construct path of each key, and whether its
 * successor is created before it is destroyed.
 */
import { z } from "zod";
import { apiKeyTypeName } from "../../provider/schema/api-key-schema";
import { shownText, type Shown } from "../../policy/shown";

/** What the configuration says of one block of keys. */
interface DeclaredBlock {
  readonly constructPath: Shown<string>;
  readonly createsBeforeDestroy: boolean;
}

/** The configuration of a stack of cdktf. */
export interface StackConfiguration {
  readonly stackName: Shown<string>;
  /** By the name of the resource block. */
  readonly blocks: ReadonlyMap<string, DeclaredBlock>;
}

const blockSchema = z.object({
  "//": z.object({ metadata: z.object({ path: z.string() }).optional() }).optional(),
  lifecycle: z.object({ create_before_destroy: z.unknown().optional() }).optional(),
});

const configurationSchema = z.object({
  "//": z.object({ metadata: z.object({ stackName: z.string() }).optional() }).optional(),
  resource: z.object({ [apiKeyTypeName]: z.record(z.string(), blockSchema).optional() }).optional(),
});

/** Reads the text of `cdk.tf.json`. @returns undefined if it is none: it only adds to what the plan says */
export function readStackConfiguration(text: string): StackConfiguration | undefined {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return undefined;
  }
  const configuration = configurationSchema.safeParse(json);
  if (!configuration.success) return undefined;
  const { "//": comment, resource } = configuration.data;
  const stackName = comment?.metadata?.stackName;
  const blocks = Object.entries(resource?.[apiKeyTypeName] ?? {}).map(([name, block]): [string, DeclaredBlock] => {
    const path = block["//"]?.metadata?.path;
    return [
      name,
      {
        constructPath: path === undefined ? null : shownText(path),
        createsBeforeDestroy: block.lifecycle?.create_before_destroy === true,
      },
    ];
  });
  return { stackName: stackName === undefined ? null : shownText(stackName), blocks: new Map(blocks) };
}
