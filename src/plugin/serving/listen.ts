/**
 * Finds a place to listen that the host can reach and nobody else should: a unix socket in a folder of our own.
 *
 * The surprise is the length of a socket's path: about 104 bytes at most, which a long TMPDIR exceeds. Then /tmp is tried,
 * and at last a TCP port on 127.0.0.1, which is also what Windows gets.
 */
import { mkdtempSync, rmSync } from "node:fs";
import type { Server } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";

/** Bytes that fit on every system: macOS allows 104 with the final zero, Linux 108. */
const longestSocketPath = 103;

/** Where a server listens. */
export interface Endpoint {
  readonly network: "unix" | "tcp";
  /** A socket's path, or `127.0.0.1:port`. */
  readonly address: string;
  /** Takes away the socket and its folder. Does nothing the second time. */
  readonly remove: () => void;
}

export interface ListenOptions {
  readonly platform: string;
  /** The folder that the host asks for; it is tried first. */
  readonly socketFolder: string | undefined;
  /** The ports to try when no unix socket can be had. */
  readonly ports: { readonly first: number; readonly last: number };
}

/** @throws if there is neither a folder for a socket nor a free port */
export async function listen(server: Server, { platform, socketFolder, ports }: ListenOptions): Promise<Endpoint> {
  if (platform !== "win32") {
    for (const parent of [socketFolder, tmpdir(), "/tmp"]) {
      const endpoint = parent === undefined ? undefined : await tryListenOnSocket(server, parent);
      if (endpoint !== undefined) {
        return endpoint;
      }
    }
  }
  for (let port = ports.first; port <= ports.last; port++) {
    if (await tryListen(server, { host: "127.0.0.1", port })) {
      const address = server.address();
      const boundPort = typeof address === "object" && address !== null ? address.port : port;
      return { network: "tcp", address: `127.0.0.1:${boundPort}`, remove: () => undefined };
    }
  }
  throw new Error(
    `the provider found no place to listen: no folder for a unix socket, and no free port from ${ports.first} to ${ports.last}`,
  );
}

async function tryListenOnSocket(server: Server, parent: string): Promise<Endpoint | undefined> {
  const folder = tryMakePrivateFolder(parent);
  if (folder === undefined) {
    return undefined;
  }
  const socket = path.join(folder, "socket");
  const remove = (): void => {
    rmSync(folder, { recursive: true, force: true });
  };
  if (Buffer.byteLength(socket) <= longestSocketPath && (await tryListen(server, { path: socket }))) {
    return { network: "unix", address: socket, remove };
  }
  remove();
  return undefined;
}

/** Only its owner may look into it, which keeps other users from the socket whatever the socket's own mode is. */
function tryMakePrivateFolder(parent: string): string | undefined {
  try {
    return mkdtempSync(path.join(parent, "provider-"));
  } catch {
    return undefined;
  }
}

function tryListen(server: Server, where: { path: string } | { host: string; port: number }): Promise<boolean> {
  return new Promise((resolve) => {
    const settle = (isListening: boolean) => (): void => {
      server.off("error", onError);
      server.off("listening", onListening);
      resolve(isListening);
    };
    const onError = settle(false);
    const onListening = settle(true);
    server.once("error", onError).once("listening", onListening).listen(where);
  });
}
