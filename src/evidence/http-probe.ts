/**
 * Evidence from a service of the user's own: one GET per key.
 *
 * It answers `{"last_used_at": "2026-03-01T12:00:00Z", "watched_since": "2026-02-01T00:00:00Z"}`. Either may be null: no use is known;
 * and, it may have missed uses, so that its silence means nothing.
 */
import * as z from "zod";
import { KeyturnError } from "../model/error";
import type { Observation } from "../model/evidence";
import { fillTemplate } from "../model/evidence-template";
import { Instant } from "../model/instant";
import type { EvidenceSource, EvidenceWindow, WatchedKey } from "./evidence-source";
import { currentName, missingValue } from "./key-values";
import { webService, type WebServiceParts, type WebServiceSettings } from "./web-service";

/**
 * How the probe is asked. The url has `$key_id`, `$key_name` (the present name), `$service`, `$environment` and `$since` where the
 * values go, in its path or its query; they are URL-encoded. It must be one that `probeAddressProblem` takes.
 */
export type HttpProbeSettings = WebServiceSettings;

const source = "the HTTP probe";

const instant = z.string().transform((text, context) => {
  try {
    return Instant.parse(text);
  } catch (error) {
    if (!(error instanceof KeyturnError)) throw error;
    context.addIssue({ code: "custom", message: "no timestamp" });
    return z.NEVER;
  }
});

const answerBody = z.object({ last_used_at: instant.nullable(), watched_since: instant.nullish() });

/** Asks the probe behind an address. */
export function createHttpProbeSource(settings: HttpProbeSettings, parts: WebServiceParts): EvidenceSource {
  const service = webService(settings, parts);
  return {
    name: source,
    observe: async (key, window, signal) => {
      const missing = missingValue(settings.url, key);
      if (missing !== undefined) return unanswered(missing);
      const { pathname, search } = new URL(addressFor(settings.url, key, window));
      const reply = await service.ask({ method: "GET", path: `${pathname}${search}` }, signal);
      return "problem" in reply ? unanswered(reply.problem) : read(reply.json, reply.servedAt, window);
    },
  };
}

function addressFor(url: string, key: WatchedKey, { since }: EvidenceWindow): string {
  return fillTemplate(url, (placeholder) => {
    switch (placeholder) {
      case "key_id":
        return encodeURIComponent(key.id);
      case "key_name":
        return encodeURIComponent(currentName(key));
      case "service":
      case "environment":
        return encodeURIComponent(key[placeholder] ?? "");
      default:
        return encodeURIComponent(since.toString());
    }
  });
}

function read(json: unknown, servedAt: Instant, { now }: EvidenceWindow): Observation {
  const result = answerBody.safeParse(json);
  if (!result.success) {
    const place = result.error.issues[0]?.path.map(String).join(".");
    return unanswered(
      `its answer cannot be read at ${place || "its top"}; it must be {"last_used_at": TIME, "watched_since": TIME}, ` +
        "where TIME is a timestamp such as 2026-03-01T12:00:00Z, or null",
    );
  }
  const { last_used_at: lastUsedAt, watched_since: watchedSince } = result.data;
  // What it will notice after its answer is not in the answer.
  const to = servedAt.isBefore(now) ? servedAt : now;
  return {
    source,
    lastUsedAt: lastUsedAt ?? undefined,
    watched: watchedSince ? { from: watchedSince, to } : undefined,
  };
}

function unanswered(problem: string): Observation {
  return { source, lastUsedAt: undefined, watched: undefined, problem };
}
