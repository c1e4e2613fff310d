/**
 * The provider's configuration of further evidence: what is wrong with it, and its form for the sources.
 *
 * It is checked when the configuration is validated, and again when the provider is configured, because a value may be unknown before.
 */
import type { EvidenceSettings } from "../evidence/evidence-sources";
import { path, UNKNOWN } from "../framework";
import { Duration } from "../model/duration";
import { KeyturnError } from "../model/error";
import {
  prometheusAddressProblem,
  probeAddressProblem,
  queryProblem,
  resolutionProblem,
  tokenAddressProblem,
  variableProblem,
} from "../model/evidence-template";
import type { KnownProviderConfig, ProviderConfig } from "./schema/provider-schema";

/** One thing that is wrong. */
export interface EvidenceProblem {
  readonly path: ReturnType<typeof path>;
  /** A clause in words that shows no value. */
  readonly message: string;
}

/** Everything that is wrong with `evidence`, as far as its values are known. */
export function evidenceProblems(evidence: ProviderConfig["evidence"]): readonly EvidenceProblem[] {
  if (evidence === null || evidence === UNKNOWN) return [];
  const { prometheus, http } = evidence;
  const found: (EvidenceProblem | undefined)[] = [];
  if (prometheus !== null && prometheus !== UNKNOWN) {
    const { url, query, resolution, bearer_token_variable: variable } = prometheus;
    const checkToken = variable === null ? () => undefined : tokenAddressProblem;
    found.push(
      problemAt(["prometheus", "url"], url, (text) => prometheusAddressProblem(text) ?? checkToken(text)),
      problemAt(["prometheus", "query"], query, queryProblem),
      problemAt(["prometheus", "resolution"], resolution, durationProblem),
      problemAt(["prometheus", "bearer_token_variable"], variable, variableProblem),
    );
  }
  if (http !== null && http !== UNKNOWN) {
    const { url, bearer_token_variable: variable } = http;
    const checkToken = variable === null ? () => undefined : tokenAddressProblem;
    found.push(
      problemAt(["http", "url"], url, (text) => probeAddressProblem(text) ?? checkToken(text)),
      problemAt(["http", "bearer_token_variable"], variable, variableProblem),
    );
  }
  return found.filter((problem) => problem !== undefined);
}

/**
 * The settings of the sources.
 * @throws KeyturnError INVALID_CONFIGURATION if they cannot work
 */
export function evidenceSettings(evidence: KnownProviderConfig["evidence"]): EvidenceSettings {
  const [problem] = evidenceProblems(evidence);
  if (problem) throw new KeyturnError("INVALID_CONFIGURATION", problem.message);
  const { prometheus, http } = evidence ?? {};
  return {
    prometheus: prometheus
      ? {
          ...webService(prometheus),
          query: given(prometheus.query),
          resolution: prometheus.resolution === null ? undefined : Duration.parse(prometheus.resolution),
        }
      : undefined,
    http: http ? webService(http) : undefined,
  };
}

function webService({
  url,
  bearer_token_variable: variable,
}: {
  url: string | null;
  bearer_token_variable: string | null;
}) {
  return { url: given(url), bearerTokenVariable: variable ?? undefined };
}

/** Terraform sees to it that what is required is there. */
function given(text: string | null): string {
  if (text === null) throw new KeyturnError("INVALID_CONFIGURATION", "the evidence lacks an address or a query");
  return text;
}

function problemAt(
  [section, attribute]: readonly [string, string],
  value: string | null | typeof UNKNOWN,
  problemOf: (text: string) => string | undefined,
): EvidenceProblem | undefined {
  const message = typeof value === "string" ? problemOf(value) : undefined;
  return message === undefined ? undefined : { path: path("evidence", section, attribute), message };
}

function durationProblem(text: string): string | undefined {
  try {
    return resolutionProblem(Duration.parse(text));
  } catch (error) {
    if (error instanceof KeyturnError) return error.message;
    throw error;
  }
}
