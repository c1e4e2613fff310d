/** The activity log of a project, with its filters. */
import type { Hono } from "hono";
import * as z from "zod";
import { maxActivityPageSize } from "../../api/activity";
import { authenticate } from "../authenticate";
import type { RequestEnvironment, ServerParts } from "../context";
import { instantSchema } from "../instant-schema";
import { readQuery } from "../request-body";

const activityQuery = z.object({
  limit: z.coerce.number().int().min(1).max(maxActivityPageSize).optional(),
  cursor: z.string().optional(),
  category: z.string().optional(),
  action: z.string().optional(),
  status: z.string().optional(),
  resource_type: z.string().optional(),
  since: instantSchema.optional(),
});

export function addActivityLogRoutes(app: Hono<RequestEnvironment>, parts: ServerParts): void {
  app.get("/v1/activity-logs", (context) => {
    const { project } = authenticate(parts, context, "read");
    return context.json(parts.activity.page(project.id, readQuery(context, activityQuery)));
  });
}
