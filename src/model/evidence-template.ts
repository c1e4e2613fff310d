/**
 * The queries and addresses by which further sources of evidence are asked, and the rules that they must keep.
 *
 * A placeholder stands where a key's own values go: `$key_id`, `$key_name`, `$service`, `$environment`, and `$window` or `$since`.
 * The rules are here, because the constructs check them at synth and the provider again, in the same words. No rule shows the text
 * itself: somebody may have pasted a secret into it.
 */
import type { Duration } from "./duration";
import { isLoopback } from "./loopback";

const keyPlaceholders = ["key_id", "key_name", "service", "environment"] as const;

/** What a query for Prometheus may have in it. */
const queryPlaceholders = [...keyPlaceholders, "window"] as const;
/** What the address of a probe may have in it. */
const probePlaceholders = [...keyPlaceholders, "since"] as const;

/** The name of a placeholder, without its `$`. */
type Placeholder = (typeof queryPlaceholders | typeof probePlaceholders)[number];

const mustSpeakOfKey = "must say which key is meant; write $key_id, $key_name or $service into it";

const anyPlaceholder = /\$([A-Za-z_]+)/g;

/** The names of all placeholders in a text, known ones or not. */
export function placeholdersIn(template: string): ReadonlySet<string> {
  return new Set([...template.matchAll(anyPlaceholder)].map(([, name = ""]) => name));
}

/** Puts values in place of the placeholders. All of them must be known: see `placeholdersIn`. */
export function fillTemplate(template: string, valueOf: (placeholder: Placeholder) => string): string {
  return template.replace(anyPlaceholder, (_all, name: string) => valueOf(name as Placeholder));
}

/** Why a PromQL query cannot serve in words; undefined if it can. */
export function queryProblem(query: string): string | undefined {
  const placeholders = placeholdersIn(query);
  const unknown = unknownPlaceholder(placeholders, queryPlaceholders);
  if (unknown !== undefined) return `the query ${unknown}`;
  if (!placeholders.has("window")) {
    return 'the query must have $window where its time range goes, as in increase(requests_total{key_id="$key_id"}[$window])';
  }
  if (!speaksOfKey(placeholders)) return `the query ${mustSpeakOfKey}`;
  // A raw string has no escapes, so a value in it could not be kept inside.
  if (query.includes("`")) return "the query must not have backquotes; write its strings in double quotes";
  return undefined;
}

/** Why the address of a Prometheus cannot serve, in words; undefined if it can. */
export function prometheusAddressProblem(address: string): string | undefined {
  return (
    webAddressProblem(address) ?? (new URL(address).search === "" ? undefined : "the address must not have a query")
  );
}

/** Why the address of a probe cannot serve, in words; undefined if it can. */
export function probeAddressProblem(address: string): string | undefined {
  const problem = webAddressProblem(address);
  if (problem !== undefined) return problem;
  const placeholders = placeholdersIn(address);
  const unknown = unknownPlaceholder(placeholders, probePlaceholders);
  if (unknown !== undefined) return `the address ${unknown}`;
  if (!speaksOfKey(placeholders)) return `the address ${mustSpeakOfKey}`;
  // Where a question goes is not up to the name of a key.
  if (new URL(address).host.includes("$")) return "the address must not have a placeholder in its host";
  return undefined;
}

/** Why a token cannot be sent to an address, in words; undefined if it can, or if the address is none. */
export function tokenAddressProblem(address: string): string | undefined {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url?.protocol !== "http:" || isLoopback(url.hostname)) return undefined;
  return "the address must begin with https://, because plain http would show the token to the network";
}

function webAddressProblem(address: string): string | undefined {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url?.protocol !== "https:" && url?.protocol !== "http:") {
    return "the address must begin with https:// or http://, and have a host";
  }
  if (url.username !== "" || url.password !== "") {
    return "the address must not have a user name or a password in it; name the environment variable of a token instead";
  }
  return url.hash === "" ? undefined : "the address must not have a fragment";
}

/** Why a resolution cannot serve in words; undefined if it can. */
export function resolutionProblem(resolution: Duration): string | undefined {
  return resolution.ms >= 2000 ? undefined : "the resolution must be 2s or longer";
}

/** Why the name of an environment variable cannot serve in words; undefined if it can. */
export function variableProblem(name: string): string | undefined {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(name)
    ? undefined
    : "the name of the variable must be letters, digits and _, such as PROMETHEUS_TOKEN";
}

function unknownPlaceholder(found: ReadonlySet<string>, known: readonly string[]): string | undefined {
  if ([...found].every((name) => known.includes(name))) return undefined;
  return `has a placeholder that is not known; write one of ${known.map((name) => `$${name}`).join(", ")}`;
}

function speaksOfKey(placeholders: ReadonlySet<string>): boolean {
  return ["key_id", "key_name", "service"].some((name) => placeholders.has(name));
}
