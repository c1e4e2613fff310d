/**
 * Runs a provider inside a process that Terraform did not start: a test, or a debugger.
 *
 * Terraform finds it through the variable TF_REATTACH_PROVIDERS. There is no TLS and no handshake, as Terraform wants it here, so this
 * must not be used for anything but tests and debugging. It touches neither stdout nor signals.
 */
import { createServer } from "node:net";
import type { Logger } from "../../logging/logger";
import { protocolVersion } from "../handshake/handshake-request";
import type { ProviderService } from "../provider-service";
import { CallsInFlight } from "./calls-in-flight";
import { createGrpcServer } from "./grpc-server";
import { listen } from "./listen";

export interface ServeForReattachOptions {
  /** The full source address, for example `registry.terraform.io/hashicorp/null`. */
  readonly address: string;
  readonly service: ProviderService;
  readonly process: Pick<NodeJS.Process, "pid" | "platform">;
  readonly log: Logger;
}

export interface ReattachableProvider {
  /** The value for the environment variable TF_REATTACH_PROVIDERS. */
  readonly reattachProviders: string;
  /** Stops serving, once the calls in flight are answered. */
  readonly close: () => Promise<void>;
}

/** @throws if there is no place to listen */
export async function serveForReattach(options: ServeForReattachOptions): Promise<ReattachableProvider> {
  const grpcServer = createGrpcServer({
    service: Promise.resolve(options.service),
    calls: new CallsInFlight(),
    log: options.log,
    // Whoever started this process ends it.
    onShutdownRequest: () => undefined,
  });
  const server = createServer((socket) => {
    grpcServer.accept(socket);
  });
  const endpoint = await listen(server, {
    platform: options.process.platform,
    socketFolder: undefined,
    ports: { first: 0, last: 0 },
  });
  const reattach = {
    Protocol: "grpc",
    ProtocolVersion: protocolVersion,
    Pid: options.process.pid,
    // Terraform then neither checks nor ends the process.
    Test: true,
    Addr: { Network: endpoint.network, String: endpoint.address },
  };
  return {
    reattachProviders: JSON.stringify({ [options.address]: reattach }),
    close: async () => {
      await grpcServer.close();
      await new Promise((resolve) => server.close(resolve));
      endpoint.remove();
    },
  };
}
