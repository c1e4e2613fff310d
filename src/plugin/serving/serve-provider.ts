/**
 * Runs a provider as a plugin process of Terraform or OpenTofu: handshake, serving, end.
 *
 * Terraform starts the provider several times a run, so the handshake comes first and needs little more than Node itself.
 * gRPC and the provider's own modules are loaded after the line is out, while the host connects.
 */
import { createServer, type Server, type Socket } from "node:net";
import { errorFields, type Logger } from "../../logging/logger";
import { formatHandshakeLine } from "../handshake/handshake-line";
import { readHandshakeRequest, type HandshakeRequest } from "../handshake/handshake-request";
import type { ProviderService } from "../provider-service";
import { createMutualTlsServer } from "../tls/mutual-tls-server";
import { makeSelfSignedCertificate } from "../tls/self-signed-certificate";
import { CallsInFlight } from "./calls-in-flight";
import type { GrpcServer } from "./grpc-server";
import type { Host } from "./host";
import { Lifetime } from "./lifetime";
import { listen } from "./listen";
import { guardStdout } from "./stdout-guard";

export interface ServeProviderOptions {
  /** The provider's type name, for people who run the file by hand. */
  readonly name: string;
  /** Loads the provider's modules; called once, after the handshake. If it fails, every call fails with its reason. */
  readonly load: () => Promise<ProviderService>;
  /** The process: pass Node's `process`. From now on this call owns its stdout, its signals and its end. */
  readonly host: Host;
  readonly log: Logger;
  readonly now: () => Date;
}

/**
 * Serves until the host ends the process, and ends it also when the host is gone.
 *
 * Never throws. When the process was not started by a host that fits, it says so on stderr and exits with code 1.
 */
export async function serveProvider(options: ServeProviderOptions): Promise<void> {
  const { name, host } = options;
  const request = readHandshakeRequest(host.env, name);
  if (request.kind === "refused") {
    host.stderr.write(`${request.message}\n`);
    host.exit(1);
    return;
  }
  try {
    await serve(request, options);
  } catch (error) {
    host.stderr.write(`The provider "${name}" could not start: ${String(error)}\n`);
    host.exit(1);
  }
}

async function serve(request: HandshakeRequest, { load, host, log, now }: ServeProviderOptions): Promise<void> {
  const writeHandshake = guardStdout(host.stdout, log);
  ignoreBrokenPipes(host);

  const calls = new CallsInFlight();
  const grpcServer = once(async (): Promise<GrpcServer> => {
    const { createGrpcServer } = await import("./grpc-server.js");
    const service = load();
    service.catch((error: unknown) => {
      log.error("the provider could not be loaded", errorFields(error));
    });
    const onShutdownRequest = (): void => {
      lifetime.endByRequest();
    };
    return createGrpcServer({ service, calls, log, onShutdownRequest });
  });
  const lifetime = new Lifetime({ host, log, calls, grpcServer });

  const { server, certificateDer } = createListener({
    clientCertificate: request.clientCertificate,
    now: now(),
    log,
    onConnection: async (socket) => {
      lifetime.noteConnection();
      (await grpcServer()).accept(socket);
    },
  });
  const endpoint = await listen(server, { platform: host.platform, ...request });
  host.on("exit", endpoint.remove);
  lifetime.watch();
  writeHandshake(formatHandshakeLine({ endpoint, certificateDer, knowsMultiplexing: request.knowsMultiplexing }));
  log.debug("the provider listens", { address: endpoint.address });
  await grpcServer();
}

interface ListenerOptions {
  readonly clientCertificate: string | undefined;
  readonly now: Date;
  readonly log: Logger;
  readonly onConnection: (socket: Socket) => Promise<void>;
}

/** A server that passes on the connections of the host alone, or of anybody where the host switched TLS off. */
function createListener({ clientCertificate, now, log, onConnection }: ListenerOptions): {
  server: Server;
  certificateDer: Buffer | undefined;
} {
  const accept = (socket: Socket): void => {
    void onConnection(socket);
  };
  if (clientCertificate === undefined) {
    return { server: createServer(accept), certificateDer: undefined };
  }
  const own = makeSelfSignedCertificate(now);
  const onRefusal = (reason: string): void => {
    log.warn("a client was refused", { reason });
  };
  const server = createMutualTlsServer({ own, clientCertificate, onConnection: accept, onRefusal });
  return { server, certificateDer: own.certificateDer };
}

/** When the host dies its ends of the pipes go with it; that must not end an apply that is still in flight. */
function ignoreBrokenPipes(host: Host): void {
  for (const stream of [host.stdout, host.stderr]) {
    stream.on("error", () => undefined);
  }
}

function once<Result>(start: () => Promise<Result>): () => Promise<Result> {
  let started: Promise<Result> | undefined;
  return () => (started ??= start());
}
