/**
 * Listening for requests on 127.0.0.1, and letting go again.
 *
 * Closing lets requests in flight end, but not for long: a test must not hang on a client that keeps its connection open.
 */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { getRequestListener } from "@hono/node-server";
import type { Hono } from "hono";
import { KeyturnError } from "../model/error";
import type { RequestEnvironment } from "./context";

const host = "127.0.0.1";

/** How long requests in flight may take to end once the listener closes, in milliseconds. */
const closeGraceMs = 2_000;

/** An open port. */
export interface HttpListener {
  /** Without a slash at the end. */
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Serves an application.
 * @param port 0 takes a free one
 * @throws KeyturnError INVALID_CONFIGURATION if the port cannot be had
 */
export async function listen(app: Hono<RequestEnvironment>, port: number): Promise<HttpListener> {
  const listener = getRequestListener(app.fetch, { overrideGlobalObjects: false });
  const server = createServer((incoming, outgoing) => void listener(incoming, outgoing));
  await new Promise<void>((resolve, reject) => {
    server.once("error", (cause) => {
      reject(
        new KeyturnError("INVALID_CONFIGURATION", `cannot listen on ${host}:${port}: ${cause.message}`, { cause }),
      );
    });
    server.listen(port, host, resolve);
  });
  const address = server.address() as AddressInfo;
  return {
    url: `http://${host}:${address.port}`,
    close: async () => {
      const force = setTimeout(() => {
        server.closeAllConnections();
      }, closeGraceMs);
      await new Promise((resolve) => {
        server.close(resolve);
        server.closeIdleConnections();
      });
      clearTimeout(force);
    },
  };
}
