/**
 * The activity log on the wire.
 *
 * What names a key in an item is not documented, so readers match on ids and names in `actor_label` and `metadata`.
 */
import * as z from "zod";

/** The largest page that the API serves. */
export const maxActivityPageSize = 200;

export const activityItemBody = z.object({
  id: z.string(),
  actor_user_id: z.string().nullish(),
  actor_type: z.string(),
  actor_label: z.string().nullish(),
  action: z.string(),
  category: z.string(),
  resource_type: z.string().nullish(),
  resource_id: z.string().nullish(),
  status: z.string(),
  message: z.string().nullish(),
  metadata: z.record(z.string(), z.unknown()).nullish(),
  request_id: z.string().nullish(),
  retention_days: z.number().nullish(),
  expires_at: z.string().nullish(),
  created_at: z.string(),
});
export type ActivityItemBody = z.infer<typeof activityItemBody>;

export const activityPageBody = z.object({
  items: z.array(activityItemBody),
  next_cursor: z.string().nullish(),
  current_retention_days: z.number().nullish(),
  current_retention_label: z.string().nullish(),
});
export type ActivityPageBody = z.infer<typeof activityPageBody>;
