/**
 * Who else may know whether a key is in use: the props, their check, and their form for Terraform.
 *
 * The rules are in `model`, where the provider has them from too. A value that is wrong is not shown, since it may hold a secret.
 */
import { Token } from "cdktf";
import * as z from "zod";
import { Duration } from "../model/duration";
import {
  prometheusAddressProblem,
  probeAddressProblem,
  queryProblem,
  resolutionProblem,
  tokenAddressProblem,
  variableProblem,
} from "../model/evidence-template";
import { durationSchema, orToken, wholeSentence } from "./props-check";

/** A Prometheus that counts requests by key. */
export interface PrometheusEvidence {
  /** Its address, such as `https://prometheus.example.com`, with the path prefix if it has one. */
  readonly url: string;
  /**
   * PromQL that gives the number of requests with a key in `$window`. `$key_id`, `$key_name`, `$service` and `$environment` become the
   * key's own values; they belong into double quotes.
   *
   * Where it gives no value, nothing is known and the key stays; so it must give one exactly where somebody was watching. This one
   * counts the first request with a key too, and takes absence for zero only while the job `gateway` was scraped:
   *
   *     ((sum(increase(requests_total{key_id="$key_id"}[$window])) or vector(0))
   *       + (sum(requests_total{key_id="$key_id"} unless requests_total{key_id="$key_id"} offset $window) or vector(0)))
   *     and on() (min(min_over_time(up{job="gateway"}[$window])) == 1)
   */
  readonly query: string;
  /**
   * What `$window` becomes: at least twice as long as the time between two scrapes, and two seconds at the least.
   * @default Duration.minutes(5)
   */
  readonly resolution?: Duration;
  /**
   * The name of the environment variable that holds a bearer token when Terraform runs. The address must then be https.
   * @default - no token is sent
   */
  readonly bearerTokenVariable?: string;
}

/** A service of your own that knows when a key was used. */
export interface HttpProbeEvidence {
  /**
   * Its address, with `$key_id`, `$key_name`, `$service`, `$environment` and `$since` where the URL-encoded values go, in the path or
   * the query.
   *
   * A GET must answer `{"last_used_at": "2026-03-01T12:00:00Z", "watched_since": "2026-02-01T00:00:00Z"}`. Null for the first says that
   * it knows of no use; null for the second that it may have missed some.
   */
  readonly url: string;
  /**
   * The name of the environment variable that holds a bearer token when Terraform runs. The address must then be https.
   * @default - no token is sent
   */
  readonly bearerTokenVariable?: string;
}

/** Who else may know whether a key is in use, beside the API. What is named here must answer, or no replaced key is revoked. */
export interface KeyturnEvidence {
  /** @default - no Prometheus is asked */
  readonly prometheus?: PrometheusEvidence;
  /** @default - no service of your own is asked */
  readonly http?: HttpProbeEvidence;
}

/** Text that keeps a rule. */
function ruled(problemOf: (text: string) => string | undefined): z.ZodType {
  return orToken(
    z.unknown().superRefine((value, context) => {
      const message = typeof value === "string" ? problemOf(value) : "write a text";
      if (message !== undefined) context.addIssue({ code: "custom", message, params: wholeSentence });
    }),
  );
}

const variable = ruled(variableProblem).optional();

const resolution = orToken(
  durationSchema.superRefine((value, context) => {
    const message = value instanceof Duration ? resolutionProblem(value) : undefined;
    if (message !== undefined) context.addIssue({ code: "custom", message, params: wholeSentence });
  }),
).optional();

/** Refuses plain http to another machine where there is a token. */
function checkTokenAddress(
  { url, bearerTokenVariable }: { readonly url?: unknown; readonly bearerTokenVariable?: unknown },
  context: z.core.$RefinementCtx,
): void {
  if (bearerTokenVariable === undefined || typeof url !== "string" || Token.isUnresolved(url)) return;
  const message = tokenAddressProblem(url);
  if (message !== undefined) context.addIssue({ code: "custom", path: ["url"], message, params: wholeSentence });
}

/** Checks `KeyturnEvidence`. */
export const evidenceSchema = z.strictObject({
  prometheus: z
    .strictObject({
      url: ruled(prometheusAddressProblem),
      query: ruled(queryProblem),
      resolution,
      bearerTokenVariable: variable,
    })
    .superRefine(checkTokenAddress)
    .optional(),
  http: z
    .strictObject({ url: ruled(probeAddressProblem), bearerTokenVariable: variable })
    .superRefine(checkTokenAddress)
    .optional(),
});

/** The attribute of the provider. */
export function evidenceAttribute({ prometheus, http }: KeyturnEvidence): object {
  return {
    ...(prometheus && {
      prometheus: {
        url: prometheus.url,
        query: prometheus.query,
        ...(prometheus.resolution && { resolution: prometheus.resolution.toString() }),
        ...tokenAttribute(prometheus),
      },
    }),
    ...(http && { http: { url: http.url, ...tokenAttribute(http) } }),
  };
}

function tokenAttribute({ bearerTokenVariable }: Pick<HttpProbeEvidence, "bearerTokenVariable">): object {
  return bearerTokenVariable === undefined ? {} : { bearer_token_variable: bearerTokenVariable };
}
