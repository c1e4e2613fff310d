/**
 * Makes planned faults happen to real requests on real sockets.
 *
 * A connection is reset with a TCP RST where the platform can, so that a client sees it at once.
 */
import { setTimeout as delay } from "node:timers/promises";
import type { MiddlewareHandler } from "hono";
import type { RequestContext, RequestEnvironment, ServerParts } from "./context";
import type { Fault } from "./fault";
import { ApiFailure, failureBody, unexpectedFailureBody } from "./api-failure";

const proxyPage = "<html><head><title>502 Bad Gateway</title></head><body><h1>Bad Gateway</h1></body></html>";

/** Runs around the routes. `stopping` ends every latency, so that a server under test closes fast. */
export function injectFaults(parts: ServerParts, stopping: AbortSignal): MiddlewareHandler<RequestEnvironment> {
  return async (context, next) => {
    const { method, path } = context.req;
    const faults = parts.faults.strike(method, path);
    for (const fault of faults) {
      if (fault.kind === "latency") {
        await delay(fault.ms, undefined, { signal: stopping }).catch(() => undefined);
      } else if (fault.kind === "lost-response" || fault.kind === "bad-gateway-after") {
        await next();
        context.res = fault.kind === "lost-response" ? reset(context) : badGateway(context);
        return undefined;
      } else {
        return answerInstead(parts, context, fault);
      }
    }
    await next();
    return undefined;
  };
}

function answerInstead(
  { behaviour }: ServerParts,
  context: RequestContext,
  fault: Exclude<Fault, { kind: "latency" | "lost-response" | "bad-gateway-after" }>,
): Response {
  const requestId = context.get("requestId");
  switch (fault.kind) {
    case "reset":
      return reset(context);
    case "bad-gateway":
      return badGateway(context);
    case "error":
      return json(unexpectedFailureBody(requestId), fault.status);
    case "rate-limit": {
      const { retryAfterSeconds = 1, toldIn = "header" } = fault;
      const extra = toldIn === "body" ? { retryAfterSeconds } : {};
      const failure = new ApiFailure(429, "rate_limited", "Too many requests", extra);
      const headers = toldIn === "header" ? { "retry-after": String(retryAfterSeconds) } : {};
      return json(failureBody(failure, behaviour.current.errorShape, requestId), 429, headers);
    }
  }
}

// Not hono's own `context.json`: it takes known statuses only, and a fault may have any.
function json(body: object, status: number, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(body), { status, headers: { "content-type": "application/json", ...headers } });
}

function badGateway(context: RequestContext): Response {
  return context.html(proxyPage, 502);
}

function reset(context: RequestContext): Response {
  context.env.incoming.socket.resetAndDestroy();
  // Goes nowhere: the connection is gone. It must not have a body, which would be written for nothing.
  return context.body(null);
}
