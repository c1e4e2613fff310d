/**
 * Steers a running server from another process. These routes exist only if they are asked for, and need no credential.
 *
 * - `GET /_embedded/faults`, `PUT /_embedded/faults` with a list of faults as in `fault.ts`; an empty list heals everything
 * - `GET /_embedded/behaviour`, `PATCH /_embedded/behaviour` with any switches of `behaviour.ts`
 * - `GET /_embedded/requests` lists the requests of the API so far, `DELETE /_embedded/requests` forgets them
 * - `POST /_embedded/clock` with `{"advanceSeconds": 3600}` puts the API's clock forward and answers `{"now": …}`
 */
import type { Hono } from "hono";
import * as z from "zod";
import type { AdjustableClock } from "../adjustable-clock";
import type { Behaviour } from "../behaviour";
import type { RequestEnvironment, ServerParts } from "../context";
import type { Fault } from "../fault";
import { readBody } from "../request-body";

const target = {
  method: z.string().exactOptional(),
  path: z.string().exactOptional(),
  after: z.number().int().min(0).exactOptional(),
  count: z.union([z.number().int().min(1), z.literal("always")]).exactOptional(),
};

const faults: z.ZodType<Fault[]> = z.array(
  z.discriminatedUnion("kind", [
    z.strictObject({ kind: z.literal("latency"), ms: z.number().min(0), ...target }),
    z.strictObject({
      kind: z.literal("rate-limit"),
      retryAfterSeconds: z.number().min(0).exactOptional(),
      toldIn: z.enum(["header", "body", "nowhere"]).exactOptional(),
      ...target,
    }),
    z.strictObject({ kind: z.literal("error"), status: z.number().int().min(400).max(599), ...target }),
    z.strictObject({ kind: z.literal("bad-gateway"), ...target }),
    z.strictObject({ kind: z.literal("lost-response"), ...target }),
    z.strictObject({ kind: z.literal("bad-gateway-after"), ...target }),
    z.strictObject({ kind: z.literal("reset"), ...target }),
  ]),
);

const behaviourChanges: z.ZodType<Partial<Behaviour>> = z.strictObject({
  uniqueNames: z.boolean().exactOptional(),
  listsRevokedKeys: z.boolean().exactOptional(),
  secondDelete: z.literal([204, 404]).exactOptional(),
  namesOnly: z.boolean().exactOptional(),
  keysMayCreateKeys: z.boolean().exactOptional(),
  keyInActivity: z.enum(["label", "id", "label-and-id"]).exactOptional(),
  logsReads: z.boolean().exactOptional(),
  endlessCursor: z.boolean().exactOptional(),
  keepsLastUsed: z.boolean().exactOptional(),
  lastUsedGranularityMs: z.number().int().min(1).exactOptional(),
  lastUsedIntervalMs: z.number().int().min(0).exactOptional(),
  lastUsedLagMs: z.number().int().min(0).exactOptional(),
  errorShape: z.enum(["current", "nested", "message", "plain"]).exactOptional(),
  tokenLifetimeSeconds: z.number().int().min(1).exactOptional(),
  retentionDays: z.number().int().min(0).exactOptional(),
});

const clockChange = z.strictObject({ advanceSeconds: z.number().int().min(0) });

export function addAdminRoutes(app: Hono<RequestEnvironment>, parts: ServerParts, clock: AdjustableClock): void {
  app.get("/_embedded/faults", (context) => context.json(parts.faults.waiting()));
  app.put("/_embedded/faults", async (context) => {
    parts.faults.set(await readBody(context, faults));
    return context.json(parts.faults.waiting());
  });

  app.get("/_embedded/behaviour", (context) => context.json(parts.behaviour.current));
  app.patch("/_embedded/behaviour", async (context) => {
    parts.behaviour.change(await readBody(context, behaviourChanges));
    return context.json(parts.behaviour.current);
  });

  app.get("/_embedded/requests", (context) => context.json(parts.requests.entries()));
  app.delete("/_embedded/requests", (context) => {
    parts.requests.clear();
    return context.body(null, 204);
  });

  app.post("/_embedded/clock", async (context) => {
    clock.advance((await readBody(context, clockChange)).advanceSeconds);
    return context.json({ now: clock.now() });
  });
}
