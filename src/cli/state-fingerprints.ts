/**
 * Reads the fingerprints of live keys out of Terraform's state. No secret is read, also not where the state has it.
 */
import { z } from "zod";
import { apiKeyTypeName } from "../provider/schema/api-key-schema";
import { resourcesInState } from "./state-json";

const resourceSchema = z.object({
  type: z.literal(apiKeyTypeName),
  mode: z.literal("managed"),
  address: z.string(),
  values: z.object({
    service: z.string().nullish(),
    environment: z.string().nullish(),
    secret_fingerprint: z.string().nullish(),
  }),
});

/** A key of the state. A replaced one that waits for its destruction is one as well. */
export interface KeyFingerprint {
  /** Its name, or its address where it has none yet. */
  readonly name: string;
  /** Undefined if it was deployed without a fingerprint key. */
  readonly fingerprint: string | undefined;
}

/**
 * The keys in what `terraform show -json` prints.
 * @throws KeyturnError INVALID_VALUE for text that is no state, or of a version that is not known
 */
export function fingerprintsInState(json: string): readonly KeyFingerprint[] {
  return resourcesInState(json).flatMap((resource) => {
    const found = resourceSchema.safeParse(resource);
    if (!found.success) return [];
    const { address, values } = found.data;
    const { service, environment, secret_fingerprint: fingerprint } = values;
    const name = service && environment ? `${service}-${environment}` : address;
    return [{ name: name.replaceAll(/\p{Cc}/gu, "?").slice(0, 300), fingerprint: fingerprint ?? undefined }];
  });
}
