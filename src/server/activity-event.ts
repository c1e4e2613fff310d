/** Writes into the activity log what a request did, in the caller's name. */
import type { ActivityEvent } from "./activity-log";
import type { Caller, RequestContext, ServerParts } from "./context";

/** The part of an event that differs from request to request. */
export interface RequestEvent {
  readonly action: string;
  readonly category: "security" | "publishing" | "configuration" | "integration";
  /** @default "success" */
  readonly status?: "success" | "failed" | "queued";
  readonly message: string;
  /** @default null */
  readonly resourceType?: string;
  /** @default null */
  readonly resourceId?: string;
  /** @default - nothing but what names the key */
  readonly metadata?: Readonly<Record<string, unknown>>;
}

/** Logs an event of the caller that this request was authenticated as; without one, nothing is logged. */
export function recordActivity(parts: ServerParts, context: RequestContext, event: RequestEvent): void {
  const caller = context.get("caller");
  if (!caller) return;
  const actor = describeActor(caller, parts);
  parts.activity.append(caller.project.id, {
    ...actor,
    ...describeEvent(context, event),
    metadata: { ...event.metadata, ...actor.metadata },
  });
}

/** Logs what the API did later on for a request, without naming who sent it. */
export function recordWorkerActivity(parts: ServerParts, context: RequestContext, event: RequestEvent): void {
  const caller = context.get("caller");
  if (!caller) return;
  parts.activity.append(caller.project.id, {
    actor_user_id: null,
    actor_type: "worker",
    actor_label: null,
    ...describeEvent(context, event),
    metadata: { ...event.metadata },
  });
}

function describeActor(
  caller: Caller,
  { behaviour }: ServerParts,
): Pick<ActivityEvent, "actor_user_id" | "actor_type" | "actor_label" | "metadata"> {
  if (caller.kind === "user") {
    return { actor_user_id: caller.user.id, actor_type: "user", actor_label: caller.user.email, metadata: {} };
  }
  const { keyInActivity } = behaviour.current;
  return {
    actor_user_id: null,
    actor_type: "api_key",
    actor_label: keyInActivity === "id" ? null : caller.key.name,
    metadata: keyInActivity === "label" ? {} : { api_key_id: caller.key.id },
  };
}

function describeEvent(
  context: RequestContext,
  event: RequestEvent,
): Pick<ActivityEvent, "action" | "category" | "resource_type" | "resource_id" | "status" | "message" | "request_id"> {
  return {
    action: event.action,
    category: event.category,
    resource_type: event.resourceType ?? null,
    resource_id: event.resourceId ?? null,
    status: event.status ?? "success",
    message: event.message,
    request_id: context.get("requestId"),
  };
}
