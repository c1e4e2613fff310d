/**
 * A Kubernetes API server for tests that knows Secrets, over TLS with an authority of its own.
 *
 * What it does is taken from the Kubernetes documentation: "Kubernetes API Concepts" (updates, patches, dry run, metadata-only requests,
 * resource versions), "Server-Side Apply" (who manages a field), the references of Secret, Status and the kubeconfig, "Using RBAC
 * Authorization", and "Resource Quotas"; the words of its refusals and the order of its checks are those of the API server's handlers.
 */
import { once } from "node:events";
import { createServer, type Server } from "node:https";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { TLSSocket } from "node:tls";
import { makeSelfSignedCertificate } from "../../src/plugin/tls/self-signed-certificate";
import { pem } from "./client-certificate";
import { applyJsonPatch } from "./kubernetes-server/json-patch";
import {
  decoded,
  managedFields,
  undecodableDataKey,
  validate,
  type SecretObject,
} from "./kubernetes-server/secret-object";
import * as refuse from "./kubernetes-server/status";
import type { Answer } from "./kubernetes-server/status";

/** A request that the server has seen, and what it has answered. */
export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly authorization: string | undefined;
  readonly body: string;
  readonly answer: string;
}

/** What happens to a request instead of what should. `lost` does it, and breaks the connection before the answer. */
export type Fault =
  | {
      readonly kind: "answer";
      readonly status: number;
      readonly headers?: Record<string, string>;
      readonly body: string;
    }
  | { readonly kind: "refusal"; readonly answer: Answer }
  | { readonly kind: "broken" | "lost" | "silent" };

interface Call {
  readonly method: string;
  readonly namespace: string;
  readonly name: string;
  readonly query: URLSearchParams;
  readonly contentType: string;
  readonly accept: string;
  readonly body: string;
  readonly manager: string;
}

const verbs: Readonly<Record<string, string>> = { GET: "get", POST: "create", PUT: "update", PATCH: "patch" };

/** The token that the server knows, and whose it is. */
export const knownToken = "eyJhbGciOiJSUzI1NiJ9.a2V5dHVybi10ZXN0.c2lnbmF0dXJl";
const knownUser = "system:serviceaccount:publishing:deployer";

/** A running server. */
export class KubernetesServer {
  readonly seen: SeenRequest[] = [];
  readonly namespaces = new Set(["publishing"]);
  /** The verbs on Secrets that its user may use. */
  readonly allowed = new Set(["get", "create", "patch"]);
  /** Why admission denies a write, if it does. */
  admission: (secret: SecretObject) => string | undefined = () => undefined;
  /** What goes wrong with a request. Asked for each, after authentication. */
  fault: (request: { readonly method: string; readonly isDryRun: boolean }) => Fault | undefined = () => undefined;
  /** How long it takes to answer. */
  delayMs = 0;
  /** The certificate of the authority, in PEM. */
  readonly authority: string;
  #version = 1000;
  readonly #secrets = new Map<string, SecretObject>();
  readonly #server: Server;
  #clientCertificate: Buffer | undefined;

  private constructor() {
    const own = makeSelfSignedCertificate(new Date());
    this.authority = pem("CERTIFICATE", own.certificateDer);
    this.#server = createServer(
      {
        key: own.privateKey.export({ type: "pkcs8", format: "pem" }),
        cert: this.authority,
        requestCert: true,
        rejectUnauthorized: false,
      },
      (request, response) => void this.#serve(request, response),
    );
  }

  static async start(): Promise<KubernetesServer> {
    const server = new KubernetesServer();
    server.#server.listen(0, "127.0.0.1");
    await once(server.#server, "listening");
    return server;
  }

  get url(): string {
    return `https://localhost:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** Lets in whoever shows this certificate, as the user that has the token. */
  admitCertificate(der: Buffer): void {
    this.#clientCertificate = der;
  }

  /** The Secret as it is kept. */
  secret(name: string, namespace = "publishing"): SecretObject | undefined {
    return this.#secrets.get(`${namespace}/${name}`);
  }

  /** The plain text of one data key of a Secret. */
  valueOf(name: string, key: string): string | undefined {
    const encoded = this.secret(name)?.data?.[key];
    return encoded === undefined ? undefined : Buffer.from(encoded, "base64").toString("utf8");
  }

  /** What somebody else does with kubectl: changes a Secret, or makes it. Values are plain text; undefined takes one away. */
  edit(
    name: string,
    change: {
      readonly values?: Readonly<Record<string, string | undefined>>;
      readonly annotations?: Readonly<Record<string, string | undefined>>;
      readonly labels?: Readonly<Record<string, string>>;
      readonly immutable?: boolean;
      readonly deletionTimestamp?: string;
    },
    manager = "kubectl-edit",
  ): void {
    const before = this.secret(name);
    const data = { ...before?.data };
    for (const [key, value] of Object.entries(change.values ?? {})) {
      if (value === undefined) Reflect.deleteProperty(data, key);
      else data[key] = Buffer.from(value).toString("base64");
    }
    const annotations = Object.fromEntries(
      Object.entries({ ...before?.metadata.annotations, ...change.annotations }).filter(
        ([, value]) => value !== undefined,
      ),
    ) as Record<string, string>;
    const { deletionTimestamp, labels, immutable } = change;
    this.#save(
      {
        ...(before ?? { apiVersion: "v1", kind: "Secret", type: "Opaque" }),
        metadata: {
          ...(before?.metadata ?? { name, namespace: "publishing" }),
          annotations,
          ...(labels && { labels }),
          ...(deletionTimestamp !== undefined && { deletionTimestamp }),
        },
        data,
        ...(immutable !== undefined && { immutable }),
      },
      before,
      manager,
    );
  }

  /** What the server does when it notes managers no more, as for objects that are too large. */
  forgetManagers(name: string): void {
    const { metadata } = this.secret(name) ?? {};
    if (metadata) Reflect.deleteProperty(metadata, "managedFields");
  }

  remove(name: string): void {
    this.#secrets.delete(`publishing/${name}`);
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks).toString("utf8");
    const url = new URL(request.url ?? "/", "https://localhost");
    const { method = "GET", headers } = request;
    if (this.delayMs > 0) await delay(this.delayMs);
    const fault = this.#isKnown(request)
      ? this.fault({ method, isDryRun: url.searchParams.get("dryRun") === "All" })
      : undefined;
    const isDone = fault === undefined || fault.kind === "lost";
    const answer = isDone ? this.#answer(request, url, body) : undefined;
    const text = answer ? JSON.stringify(answer.body) : "";
    const { authorization } = headers;
    this.seen.push({ method, path: url.pathname, query: url.searchParams, authorization, body, answer: text });
    if (fault?.kind === "silent") return;
    if (fault?.kind === "broken" || fault?.kind === "lost") {
      response.destroy();
    } else if (fault?.kind === "answer") {
      response.writeHead(fault.status, fault.headers).end(fault.body);
    } else {
      const sent = fault?.kind === "refusal" ? fault.answer : answer;
      response
        .writeHead(sent?.status ?? 500, { "content-type": "application/json", ...sent?.headers })
        .end(JSON.stringify(sent?.body));
    }
  }

  #isKnown({ headers, socket }: IncomingMessage): boolean {
    if (headers.authorization === `Bearer ${knownToken}`) return true;
    const shown = socket instanceof TLSSocket ? socket.getPeerX509Certificate()?.raw : undefined;
    return shown !== undefined && this.#clientCertificate?.equals(shown) === true;
  }

  #answer(request: IncomingMessage, { pathname, searchParams: query }: URL, body: string): Answer {
    if (!this.#isKnown(request)) return refuse.unauthorized();
    const { method = "GET", headers } = request;
    const [, namespace, name] = /^\/api\/v1\/namespaces\/([^/]+)\/secrets(?:\/([^/]+))?$/.exec(pathname) ?? [];
    if (namespace === undefined || (name === undefined) !== (method === "POST")) {
      return refuse.failure(404, "NotFound", "the server could not find the requested resource", {});
    }
    const verb = verbs[method] ?? "delete";
    if (!this.allowed.has(verb)) {
      return refuse.notAllowed(verb, { name: name ?? "", user: knownUser, namespace });
    }
    const call: Call = {
      method,
      namespace,
      name: name ?? "",
      query,
      contentType: headers["content-type"] ?? "",
      accept: headers.accept ?? "*/*",
      body,
      manager: query.get("fieldManager") ?? (headers["user-agent"] ?? "unknown").split("/")[0] ?? "unknown",
    };
    const answer = this.#act(call);
    return answer.status < 300 ? asAccepted(answer, call.accept) : answer;
  }

  #act(call: Call): Answer {
    const { method, namespace, name, query } = call;
    if (!query.getAll("dryRun").every((mode) => mode === "All")) {
      return refuse.failure(422, "Invalid", 'dryRun: Unsupported value: supported values: "All"', {});
    }
    if (method === "POST") return this.#create(call);
    const before = this.#secrets.get(`${namespace}/${name}`);
    if (!before) return refuse.notFound(name);
    if (method === "GET") return { status: 200, body: before };
    if (call.method === "PUT") return this.#update(call, before, JSON.parse(call.body) as SecretObject);
    if (call.contentType !== "application/json-patch+json") {
      return refuse.failure(
        415,
        "UnsupportedMediaType",
        "the body of the request was in an unknown format - accepted media types include: application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml",
      );
    }
    let patched: SecretObject;
    try {
      const operations = JSON.parse(call.body) as Parameters<typeof applyJsonPatch>[1];
      patched = decoded(applyJsonPatch({ ...before }, operations));
    } catch {
      return refuse.inapplicable();
    }
    if (undecodableDataKey(patched) !== undefined) {
      return refuse.undecodable(patched, "illegal base64 data at input byte 0");
    }
    return this.#update(call, before, patched);
  }

  #create(call: Call): Answer {
    const { namespace, contentType, query } = call;
    if (!contentType.startsWith("application/json")) {
      return refuse.failure(415, "UnsupportedMediaType", "the body of the request was in an unknown format");
    }
    const secret = JSON.parse(call.body) as SecretObject;
    const { name } = secret.metadata;
    if (undecodableDataKey(secret) !== undefined) {
      return refuse.badRequest(
        'Secret in version "v1" cannot be handled as a Secret: illegal base64 data at input byte 0',
      );
    }
    if (secret.metadata.namespace !== namespace) {
      return refuse.badRequest("the namespace of the provided object does not match the namespace sent on the request");
    }
    if (secret.metadata.resourceVersion !== undefined) {
      return refuse.badRequest("resourceVersion should not be set on objects to be created");
    }
    if (!this.namespaces.has(namespace)) return refuse.notFound(namespace, "namespaces");
    const denied = this.admission(secret);
    if (denied !== undefined) return refuse.forbidden(name, denied);
    const problems = validate(secret, undefined);
    if (problems.length > 0) return refuse.invalid(name, problems);
    if (this.#secrets.has(`${namespace}/${name}`)) return refuse.alreadyExists(name);
    return { status: 201, body: this.#save(secret, undefined, call.manager, query.has("dryRun")) };
  }

  #update(call: Call, before: SecretObject, after: SecretObject): Answer {
    const { name } = before.metadata;
    const { resourceVersion } = after.metadata;
    if (resourceVersion && resourceVersion !== before.metadata.resourceVersion) return refuse.conflict(name);
    const problems = validate(after, before);
    if (problems.length > 0) return refuse.invalid(name, problems);
    const denied = this.admission(after);
    if (denied !== undefined) return refuse.forbidden(name, denied);
    return { status: 200, body: this.#save(after, before, call.manager, call.query.has("dryRun")) };
  }

  #save(after: SecretObject, before: SecretObject | undefined, manager: string, isDryRun = false): SecretObject {
    const time = new Date().toISOString().replace(/\.\d+/, "");
    const { uid, creationTimestamp, resourceVersion } = before?.metadata ?? {};
    const saved: SecretObject = {
      ...withoutEmptyMaps(after),
      metadata: {
        ...withoutEmptyMaps(after).metadata,
        uid: uid ?? `uid-${this.#version}`,
        creationTimestamp: creationTimestamp ?? time,
        resourceVersion: resourceVersion ?? String(this.#version),
        managedFields: managedFields(after, before, { manager, time }),
      },
    };
    // An update that changes nothing makes no new version.
    const hasChanged = JSON.stringify(saved) !== JSON.stringify(before);
    if (hasChanged && !isDryRun) {
      this.#version += 7;
      saved.metadata.resourceVersion = String(this.#version);
      this.#secrets.set(`${after.metadata.namespace}/${after.metadata.name}`, structuredClone(saved));
    }
    return saved;
  }
}

/** Maps without entries are not kept. */
function withoutEmptyMaps({ data = {}, metadata, ...rest }: SecretObject): SecretObject {
  const { annotations = {}, ...others } = metadata;
  return {
    ...rest,
    metadata: { ...others, ...(Object.keys(annotations).length > 0 && { annotations }) },
    ...(Object.keys(data).length > 0 && { data }),
  };
}

/** Makes of an object what `Accept` asks for (Kubernetes API Concepts, "Metadata-only fetches"). */
function asAccepted(answer: Answer, accept: string): Answer {
  for (const range of accept.split(",").map((text) => text.trim())) {
    const [type, ...parameters] = range.split(";").map((text) => text.trim());
    if (type !== "application/json" && type !== "*/*") continue;
    const asked = Object.fromEntries(parameters.map((parameter) => parameter.split("="))) as Record<string, string>;
    if (asked["as"] === undefined) return answer;
    if (asked["as"] === "PartialObjectMetadata" && asked["g"] === "meta.k8s.io" && asked["v"] === "v1") {
      const { metadata } = answer.body as SecretObject;
      return { ...answer, body: { kind: "PartialObjectMetadata", apiVersion: "meta.k8s.io/v1", metadata } };
    }
  }
  return refuse.failure(
    406,
    "NotAcceptable",
    "only the following media types are accepted: application/json, application/yaml, application/vnd.kubernetes.protobuf",
  );
}
