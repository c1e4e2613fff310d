/**
 * Sends requests to the HTTP API of Vault and OpenBao, and tries again what may be repeated.
 *
 * A write with check-and-set may: a second one of the same is refused, and whoever sends it finds out whether the first one was carried out.
 */
import { readFile } from "node:fs/promises";
import { systemClock } from "../../model/clock";
import { KeyturnError } from "../../model/error";
import { packageVersion } from "../../model/version";
import type { Secret } from "../../model/secret";

/** Where the server is, and how it is reached. */
export interface VaultServer {
  /** Without a slash at its end. */
  readonly address: string;
  readonly namespace: string | undefined;
  /** A file with the certificate of whoever has signed the server's. */
  readonly caFile: string | undefined;
}

/** One request. */
export interface VaultRequest {
  readonly method: "GET" | "POST" | "PUT";
  /** After `/v1/`, encoded. */
  readonly path: string;
  readonly body?: object;
}

/** What came back. */
export interface VaultAnswer {
  readonly status: number;
  /** The body, if it is JSON. It may hold a secret, so it goes into no message. */
  readonly json: unknown;
  /** What the server says for itself: its `errors`. */
  readonly errors: readonly string[];
}

const timeLimitMs = 10_000;
const longestPauseMs = 10_000;
const pausesMs: readonly number[] = [250, 500, 1500];
const longestBody = 1024 * 1024;

/** Waits for another server to take over: https://developer.hashicorp.com/vault/api-docs#http-status-codes */
const repeatable: readonly number[] = [412, 429, 472, 473, 500, 502, 503, 504];

/** Sends a request. @throws KeyturnError STORE_UNREACHABLE if there is no answer */
export async function sendToVault(
  server: VaultServer,
  request: VaultRequest,
  token: Secret | undefined,
): Promise<VaultAnswer> {
  for (let tries = 0; ; tries += 1) {
    const pauseMs = pausesMs[tries];
    try {
      const { answer, retryAfterMs } = await sendOnce(server, request, token);
      if (pauseMs === undefined || !repeatable.includes(answer.status) || isSealed(answer)) return answer;
      await systemClock.sleep({ ms: Math.min(longestPauseMs, Math.max(pauseMs, retryAfterMs)) });
    } catch (error) {
      if (error instanceof KeyturnError) throw error;
      if (pauseMs === undefined || isTimeout(error)) {
        throw new KeyturnError(
          "STORE_UNREACHABLE",
          `${reason(error)}. Check the network, and the address ${server.address}`,
        );
      }
      await systemClock.sleep({ ms: pauseMs });
    }
  }
}

/** Somebody has to unseal it, which no waiting does. */
export function isSealed({ status, errors }: VaultAnswer): boolean {
  return status === 503 && errors.some((error) => /sealed/i.test(error));
}

async function sendOnce(
  { address, namespace, caFile }: VaultServer,
  { method, path, body }: VaultRequest,
  token: Secret | undefined,
): Promise<{ readonly answer: VaultAnswer; readonly retryAfterMs: number }> {
  const { Agent, request } = await import("undici");
  const dispatcher = caFile === undefined ? undefined : new Agent({ connect: { ca: await readCertificate(caFile) } });
  try {
    const answer = await request(`${address}/v1/${path}`, {
      method,
      headers: {
        accept: "application/json",
        "user-agent": `keyturn/${packageVersion}`,
        "x-vault-request": "true",
        ...(token && { "x-vault-token": token.reveal() }),
        ...(namespace !== undefined && { "x-vault-namespace": namespace }),
        ...(body && { "content-type": "application/json" }),
      },
      body: body ? JSON.stringify(body) : null,
      signal: AbortSignal.timeout(timeLimitMs),
      ...(dispatcher && { dispatcher }),
    });
    const json = parse(await readText(answer.body));
    const retryAfterMs = Number([answer.headers["retry-after"]].flat()[0] ?? 0) * 1000 || 0;
    return { answer: { status: answer.statusCode, json, errors: errorsIn(json) }, retryAfterMs };
  } finally {
    await dispatcher?.close();
  }
}

async function readCertificate(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    throw new KeyturnError("STORE_UNREACHABLE", `the certificate of VAULT_CACERT cannot be read: ${reason(error)}`);
  }
}

async function readText(body: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of body) {
    length += chunk.length;
    if (length > longestBody) throw new Error("its answer is too long");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function errorsIn(json: unknown): readonly string[] {
  const { errors } = (typeof json === "object" && json !== null ? json : {}) as { readonly errors?: unknown };
  return Array.isArray(errors) ? errors.filter((error) => typeof error === "string") : [];
}

function isTimeout(error: unknown): boolean {
  return error instanceof Error && error.name === "TimeoutError";
}

function reason(error: unknown): string {
  if (isTimeout(error)) return `it gave no answer within ${timeLimitMs / 1000} s`;
  return error instanceof Error ? error.message : String(error);
}
