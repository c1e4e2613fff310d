/** The sources of evidence that a configuration asks for. */
import type { KeyApiClient } from "../client";
import type { Clock } from "../model/clock";
import type { Duration } from "../model/duration";
import { createActivityLogSource } from "./activity-log";
import type { EvidenceSource } from "./evidence-source";
import { createHttpProbeSource, type HttpProbeSettings } from "./http-probe";
import { createPrometheusSource, type PrometheusSettings } from "./prometheus";

/** Further sources, beside what the API itself tells. */
export interface EvidenceSettings {
  /** @default - no Prometheus is asked */
  readonly prometheus?: PrometheusSettings | undefined;
  /** @default - no probe is asked */
  readonly http?: HttpProbeSettings | undefined;
}

/** What the sources work with. */
export interface EvidenceParts {
  readonly client: Pick<KeyApiClient, "activityPages">;
  /** Where tokens are read from. */
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  /** Names the program to those that are asked. */
  readonly userAgent: string;
  /** How long a reading of the activity log may be shared. */
  readonly maxAge: Duration;
}

/** The activity log first, then what is configured. Nothing is asked yet. */
export function evidenceSources(settings: EvidenceSettings, parts: EvidenceParts): readonly EvidenceSource[] {
  return [
    createActivityLogSource(parts),
    ...(settings.prometheus ? [createPrometheusSource(settings.prometheus, parts)] : []),
    ...(settings.http ? [createHttpProbeSource(settings.http, parts)] : []),
  ];
}
