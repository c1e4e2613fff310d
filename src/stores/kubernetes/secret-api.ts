/**
 * The requests that a store makes of the Kubernetes API ("Kubernetes API Concepts").
 *
 * Answers to all but one of them are metadata only, so that no secret travels that nobody needs.
 */
import { z } from "zod";
import { Secret } from "../../model/secret";
import { requestJson, type HttpLimits, type HttpTls, type JsonAnswer, type JsonRequest } from "../http";
import type { ClusterAccess } from "./cluster-access";
import { isAboutSecret, readStatus, refusalOf, type Attempted } from "./refusal";
import { secretMetadata, type SecretMetadata } from "./secret-metadata";
import type { SecretWrite } from "./secret-write";

/** What came of a write. */
export type WriteOutcome =
  | "done"
  /** Somebody else has changed, made or removed the Secret since it was looked at. */
  | "conflict"
  /** The Secret has not what the patch needs; either it has been changed since, or its metadata do not say what is in it. */
  | "inapplicable";

/** A Secret in whole. */
export interface WholeSecret {
  readonly metadata: SecretMetadata;
  /** By data key; in base64. */
  readonly data: ReadonlyMap<string, string>;
}

/** Which Secret. */
export interface SecretName {
  readonly namespace: string;
  readonly name: string;
}

const metadataOnly = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1";

/** Shows in the Secret as the manager of what is written here. */
const fieldManager = "keyturn";

const partialObject = z.object({ kind: z.literal("PartialObjectMetadata"), metadata: secretMetadata });
const wholeObject = z.object({
  kind: z.literal("Secret"),
  metadata: secretMetadata,
  data: z.record(z.string(), z.string()).nullish(),
});

/** Reads and writes one Secret. */
export class SecretApi {
  readonly #origin: string;
  readonly #collection: string;
  readonly #tls: HttpTls;

  readonly #access: ClusterAccess;
  readonly #secret: SecretName;
  readonly #limits: Partial<HttpLimits>;

  constructor(access: ClusterAccess, secret: SecretName, limits: Partial<HttpLimits>) {
    this.#access = access;
    this.#secret = secret;
    this.#limits = limits;
    const { origin, pathname } = new URL(access.server);
    this.#origin = origin;
    this.#collection = `${pathname.replace(/\/+$/, "")}/api/v1/namespaces/${encodeURIComponent(secret.namespace)}/secrets`;
    const { authority, serverName, clientCertificate } = access;
    this.#tls = { ca: authority, serverName, ...clientCertificate };
  }

  /** @returns undefined if there is no such Secret */
  async metadata(): Promise<SecretMetadata | undefined> {
    const answer = await this.#get(metadataOnly);
    return answer && this.#parse(partialObject, answer, "get").metadata;
  }

  /** @returns undefined if there is no such Secret */
  async whole(): Promise<WholeSecret | undefined> {
    const answer = await this.#get("application/json");
    if (!answer) return undefined;
    const { metadata, data } = this.#parse(wholeObject, answer, "get");
    return { metadata, data: new Map(Object.entries(data ?? {})) };
  }

  /** @param isTrial whether the server only goes through all that it would do, and keeps nothing of it */
  async write(write: SecretWrite, isTrial: boolean): Promise<WriteOutcome> {
    const query = new URLSearchParams({ fieldManager, ...(isTrial && { dryRun: "All" }) }).toString();
    const answer =
      write.verb === "create"
        ? await this.#send({
            method: "POST",
            path: `${this.#collection}?${query}`,
            body: {
              apiVersion: "v1",
              kind: "Secret",
              metadata: { name: this.#secret.name, namespace: this.#secret.namespace, annotations: write.annotations },
              type: "Opaque",
              data: write.data,
            },
          })
        : await this.#send({
            method: "PATCH",
            path: `${this.#path}?${query}`,
            headers: { "content-type": "application/json-patch+json" },
            body: write.operations,
          });
    if (answer.status === 409 && isAboutSecret(answer)) return "conflict";
    if (write.verb === "patch" && answer.status === 404 && isAboutSecret(answer)) return "conflict";
    if (write.verb === "patch" && isInapplicable(answer)) return "inapplicable";
    this.#parse(partialObject, answer, write.verb);
    return "done";
  }

  /**
   * Finds out whether a Secret that is not there yet could be changed later on: the server looks at rights before it looks for the Secret.
   * @throws KeyturnError if it could not
   */
  async tryPatchOfNothing(): Promise<void> {
    await this.write({ verb: "patch", operations: [] }, true);
  }

  get #path(): string {
    return `${this.#collection}/${encodeURIComponent(this.#secret.name)}`;
  }

  async #get(accept: string): Promise<JsonAnswer | undefined> {
    const answer = await this.#send({ method: "GET", path: this.#path, headers: { accept } });
    return answer.status === 404 && isAboutSecret(answer) ? undefined : answer;
  }

  async #send(request: Pick<JsonRequest, "method" | "path" | "headers" | "body">): Promise<JsonAnswer> {
    const token = await this.#access.token();
    return await requestJson(
      {
        ...request,
        origin: this.#origin,
        headers: { accept: metadataOnly, ...request.headers, ...(token && { authorization: bearer(token) }) },
        // A patch that has taken effect conflicts with itself when it comes again, and so does a creation.
        isIdempotent: true,
        tls: this.#tls,
      },
      this.#limits,
    );
  }

  #parse<Shape extends z.ZodType>(shape: Shape, answer: JsonAnswer, verb: Attempted["verb"]): z.output<Shape> {
    const parsed = answer.status >= 200 && answer.status < 300 ? shape.safeParse(answer.json) : undefined;
    if (!parsed?.success) throw this.#refusal(answer, verb);
    return parsed.data;
  }

  #refusal(answer: JsonAnswer, verb: Attempted["verb"]): Error {
    return refusalOf(answer, {
      verb,
      name: this.#secret.name,
      namespace: this.#secret.namespace,
      access: this.#access,
    });
  }
}

function bearer(token: Secret): Secret {
  return new Secret(`Bearer ${token.reveal()}`);
}

/** A patch of which an operation could not be done has no field to blame. */
function isInapplicable(answer: JsonAnswer): boolean {
  return answer.status === 422 && (readStatus(answer)?.details?.causes ?? []).length === 0;
}
