/**
 * A server that answers with whatever bytes a test wants, or breaks the connection, to show a client what a network can do.
 *
 * It reads whole requests, so a test knows that what it counts has arrived.
 */
import net from "node:net";

/** A request that has arrived in whole. */
export interface RawRequest {
  readonly method: string;
  readonly path: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Counts all requests, from 0. */
  readonly index: number;
}

/** A running server. */
export interface RawHttpServer {
  readonly url: string;
  readonly requests: readonly RawRequest[];
  /** How many connections were made. */
  readonly connections: () => number;
  readonly close: () => Promise<void>;
}

/** Answers a request, in whatever way. */
export type Respond = (request: RawRequest, socket: net.Socket) => void;

/** Starts a server on a free port of this machine. */
export async function startRawHttpServer(respond: Respond): Promise<RawHttpServer> {
  const requests: RawRequest[] = [];
  const sockets = new Set<net.Socket>();
  let connections = 0;
  const server = net.createServer((socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => undefined);
    let received = "";
    socket.on("data", (chunk) => {
      received += chunk.toString("latin1");
      for (let whole = takeRequest(received); whole; whole = takeRequest(received)) {
        received = received.slice(whole.length);
        const request = { ...whole.request, index: requests.length };
        requests.push(request);
        respond(request, socket);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the server has no port");
  return {
    url: `http://127.0.0.1:${address.port}`,
    requests,
    connections: () => connections,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** The bytes of an answer with the right length, and with a date, as every server has one. */
export function httpAnswer(
  status: number,
  body: string | Buffer = "",
  headers: Readonly<Record<string, string>> = {},
): Buffer {
  const all = { date: new Date().toUTCString(), "content-length": String(Buffer.byteLength(body)), ...headers };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.concat([Buffer.from(`HTTP/1.1 ${status} Words\r\n${lines.join("")}\r\n`), Buffer.from(body)]);
}

/** The bytes of an answer in JSON. */
export function jsonAnswer(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Buffer {
  return httpAnswer(status, JSON.stringify(body), { "content-type": "application/json", ...headers });
}

function takeRequest(text: string): { request: Omit<RawRequest, "index">; length: number } | undefined {
  const headEnd = text.indexOf("\r\n\r\n");
  if (headEnd < 0) return undefined;
  const [first = "", ...lines] = text.slice(0, headEnd).split("\r\n");
  const [method = "", path = ""] = first.split(" ");
  const headers = Object.fromEntries(
    lines.map((line) => {
      const colon = line.indexOf(":");
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
    }),
  );
  const length = headEnd + 4 + Number(headers["content-length"] ?? 0);
  if (text.length < length) return undefined;
  return { request: { method, path, headers, body: text.slice(headEnd + 4, length) }, length };
}
