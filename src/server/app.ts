/**
 * The key API as a hono application: request log around faults around routes, and every refusal in a body of the contract.
 *
 * `Date` and `X-Request-ID` are set on the raw response, so that whatever answers, they are there.
 */
import { randomUUID } from "node:crypto";
import { Hono } from "hono";
import { requestIdHeader } from "../api/header";
import { recordActivity } from "./activity-event";
import { ApiFailure, failureBody, unexpectedFailureBody, ValidationFailure } from "./api-failure";
import type { RequestContext, RequestEnvironment, ServerParts } from "./context";
import { injectFaults } from "./inject-faults";
import { addActivityLogRoutes } from "./routes/activity-logs";
import { addApiKeyRoutes } from "./routes/api-keys";
import { addHealthRoutes } from "./routes/health";
import { addPinterestRoutes } from "./routes/pinterest";
import { addSessionRoutes } from "./routes/sessions";

/** What a server may add to the routes of the contract. */
export interface AppOptions {
  /** Aborted when the server closes. */
  readonly stopping: AbortSignal;
  /** Routes that are no part of the API: neither logged nor struck by faults. */
  readonly addPrivateRoutes?: (app: Hono<RequestEnvironment>) => void;
}

export function createApp(parts: ServerParts, options: AppOptions): Hono<RequestEnvironment> {
  const app = new Hono<RequestEnvironment>();
  app.onError((error, context) => answerError(parts, context, error));
  app.notFound((context) => context.json({ detail: "Not Found" }, 404));
  options.addPrivateRoutes?.(app);

  app.use(async (context, next) => {
    const requestId = `req_${randomUUID()}`;
    const at = parts.clock.now();
    context.set("requestId", requestId);
    context.env.outgoing.setHeader(requestIdHeader, requestId);
    await next();
    context.env.outgoing.setHeader("date", new Date(parts.clock.now().epochMs).toUTCString());
    const caller = context.get("caller");
    parts.requests.append({
      method: context.req.method,
      path: context.req.path,
      status: context.env.incoming.socket.destroyed ? undefined : context.res.status,
      at,
      requestId,
      keyId: caller?.kind === "key" ? caller.key.id : undefined,
    });
  });
  app.use(injectFaults(parts, options.stopping));
  addHealthRoutes(app);
  addSessionRoutes(app, parts);
  addApiKeyRoutes(app, parts);
  addActivityLogRoutes(app, parts);
  addPinterestRoutes(app, parts);
  return app;
}

function answerError(parts: ServerParts, context: RequestContext, error: unknown): Response {
  const requestId = context.get("requestId");
  if (error instanceof ValidationFailure) return context.json({ detail: error.fields }, 422);
  if (error instanceof ApiFailure) {
    const { method, path } = context.req;
    if (error.status === 403 && method !== "GET") {
      const message = `${method} ${path}: ${error.message}`;
      recordActivity(parts, context, { action: "api.refused", category: "security", status: "failed", message });
    }
    return context.json(failureBody(error, parts.behaviour.current.errorShape, requestId), error.status);
  }
  parts.onUnexpectedError(error);
  return context.json(unexpectedFailureBody(requestId), 500);
}
