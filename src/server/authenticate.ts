/**
 * Who sent a request, and whether they may do what they ask.
 *
 * `X-API-Key` is looked at first; if it is there, `Authorization` is not read at all, even if the key is bad.
 */
import { apiKeyHeader } from "../api/header";
import { recordActivity } from "./activity-event";
import { ApiFailure } from "./api-failure";
import type { Caller, RequestContext, ServerParts } from "./context";
import { looksLikeToken } from "./session-tokens";
import { hashOf, type Scope } from "./store/key-record";

/**
 * The caller of a request. A key's use is noted even if the key then turns out not to have the scope.
 * @throws ApiFailure 401 without a good credential, 403 `insufficient_scope` for a key without the scope
 */
export function authenticate(parts: ServerParts, context: RequestContext, scope: Scope): Caller {
  const caller = identify(parts, context);
  context.set("caller", caller);
  if (caller.kind === "user") return caller;
  parts.lastUsed.note(caller.key);
  if (!caller.key.scopes.includes(scope)) {
    throw new ApiFailure(403, "insufficient_scope", `This key does not have the scope "${scope}".`, {
      remediation: `Use a key with the scope "${scope}".`,
    });
  }
  if (scope === "read" && parts.behaviour.current.logsReads) {
    const { method, path } = context.req;
    recordActivity(parts, context, { action: "api.read", category: "integration", message: `${method} ${path}` });
  }
  return caller;
}

/**
 * The person who sent a request.
 * @throws ApiFailure 401 without a good credential, 403 `user_required` for a key
 */
export function authenticateUser(parts: ServerParts, context: RequestContext): Caller & { kind: "user" } {
  const caller = identify(parts, context);
  context.set("caller", caller);
  if (caller.kind === "key") {
    parts.lastUsed.note(caller.key);
    throw new ApiFailure(403, "user_required", "A key may not do this; log in as a person.");
  }
  return caller;
}

function identify(parts: ServerParts, context: RequestContext): Caller {
  const key = context.req.header(apiKeyHeader);
  if (key !== undefined) return callerOfKey(parts, key);
  const [, bearer] = /^Bearer +(\S+)$/i.exec(context.req.header("authorization") ?? "") ?? [];
  if (bearer === undefined) {
    throw new ApiFailure(401, "not_authenticated", "Not authenticated", {
      remediation: "Send a key in X-API-Key, or a token or key as a bearer credential in Authorization.",
    });
  }
  return looksLikeToken(bearer) ? callerOfToken(parts, bearer) : callerOfKey(parts, bearer);
}

function callerOfKey({ keys, directory }: ServerParts, secret: string): Caller {
  const key = keys.findBySecretHash(hashOf(secret));
  const project = key && directory.project(key.projectId);
  // A revoked key is answered like one that never was, so nobody learns which secrets were once good.
  if (!key || !project || key.revokedAt !== null) throw new ApiFailure(401, "invalid_api_key", "Invalid API key");
  return { kind: "key", key, project };
}

function callerOfToken({ sessions, directory, clock }: ServerParts, token: string): Caller {
  const session = sessions.trySession(token, clock.now());
  const user = session && directory.userById(session.userId);
  const project = session && directory.project(session.projectId);
  if (!user || !project) throw new ApiFailure(401, "invalid_token", "Invalid or expired token");
  return { kind: "user", user, project };
}
