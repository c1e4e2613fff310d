/**
 * The little of the API's real purpose that keys are needed for: listing accounts and publishing a pin.
 *
 * Listing accounts is also how a client finds out whether a secret authenticates.
 */
import { randomUUID } from "node:crypto";
import type { Hono } from "hono";
import * as z from "zod";
import { recordActivity, recordWorkerActivity } from "../activity-event";
import { ApiFailure } from "../api-failure";
import { authenticate } from "../authenticate";
import type { Caller, RequestEnvironment, ServerParts } from "../context";
import { readBody } from "../request-body";
import type { Account } from "../store/directory";

const pinRequest = z.looseObject({ account_id: z.string().min(1), title: z.string().optional() });
const resourceType = "pin";

export function addPinterestRoutes(app: Hono<RequestEnvironment>, parts: ServerParts): void {
  app.get("/v1/pinterest/accounts", (context) => context.json(permittedAccounts(authenticate(parts, context, "read"))));

  app.post("/v1/pins", async (context) => {
    const caller = authenticate(parts, context, "write");
    const { account_id: accountId, title = null } = await readBody(context, pinRequest);
    if (caller.kind === "key" && caller.key.accountIds && !caller.key.accountIds.includes(accountId)) {
      throw new ApiFailure(403, "account_not_permitted", "This key may not act for this account.");
    }
    if (!caller.project.accounts.some(({ id }) => id === accountId)) {
      throw new ApiFailure(404, "account_not_found", "There is no account with this id in the project.");
    }
    const id = randomUUID();
    const event = {
      category: "publishing",
      resourceType,
      resourceId: id,
      metadata: { account_id: accountId },
    } as const;
    recordActivity(parts, context, { ...event, action: "pin.created", status: "queued", message: "Queued a pin" });
    // The real API publishes later; what counts here is that the entry does not name the key.
    recordWorkerActivity(parts, context, { ...event, action: "pin.published", message: "Published a pin" });
    return context.json({ id, account_id: accountId, title, status: "queued", created_at: parts.clock.now() }, 201);
  });
}

function permittedAccounts(caller: Caller): readonly Account[] {
  const limit = caller.kind === "key" ? caller.key.accountIds : null;
  return limit ? caller.project.accounts.filter(({ id }) => limit.includes(id)) : caller.project.accounts;
}
