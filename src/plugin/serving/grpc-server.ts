/**
 * The gRPC server behind the socket: the provider's own service, and the two by which the host watches and ends a plugin.
 *
 * It does not listen. Connections are handed in, because the socket is open long before this module, which is heavy, is
 * loaded: import it dynamically.
 */
import { create } from "@bufbuild/protobuf";
import { Server, ServerCredentials, status } from "@grpc/grpc-js";
import type { Duplex } from "node:stream";
import type { Logger } from "../../logging/logger";
import { GRPCController } from "../gen/controller_pb";
import { Health, HealthCheckResponse_ServingStatus } from "../gen/health_pb";
import { Provider, StopProvider_RequestSchema } from "../gen/tfplugin6_pb";
import type { ProviderService } from "../provider-service";
import type { CallsInFlight } from "./calls-in-flight";
import { addService, RpcError } from "./service-adapter";

export interface GrpcServerOptions {
  /** May still be loading: calls wait for it. */
  readonly service: Promise<ProviderService>;
  readonly calls: CallsInFlight;
  readonly log: Logger;
  /** Called when the host asks the process to end. The request is answered at once. */
  readonly onShutdownRequest: () => void;
}

export interface GrpcServer {
  /** Serves a connection whose peer has been checked. */
  readonly accept: (connection: Duplex) => void;
  /** Asks the provider to wind up its calls early, as core does when it is interrupted. */
  readonly stopProvider: () => Promise<void>;
  /** Ends: no new call begins, and connections are closed once their calls are answered. */
  readonly close: () => Promise<void>;
}

/** The name under which go-plugin asks for a plugin's health. */
const healthServiceName = "plugin";

export function createGrpcServer({ service, calls, log, onShutdownRequest }: GrpcServerOptions): GrpcServer {
  const server = new Server({
    // A resource's state may be larger than the 4 MiB that are usual. The peer is the process that started us.
    "grpc.max_receive_message_length": -1,
    "grpc.enable_channelz": 0,
  });
  addService(server, Provider, { implementation: service, calls, log });
  addService(server, Health, { implementation: Promise.resolve({ check }), calls, log });
  addService(server, GRPCController, { implementation: Promise.resolve({ shutdown }), calls, log });
  const connections = server.createConnectionInjector(ServerCredentials.createInsecure());

  async function shutdown(): Promise<Record<string, never>> {
    onShutdownRequest();
    return {};
  }

  return {
    accept: (connection) => {
      connections.injectConnection(connection);
    },
    stopProvider: async () => {
      await (await service).stopProvider?.(create(StopProvider_RequestSchema));
    },
    close: () =>
      new Promise((resolve) => {
        server.tryShutdown(() => {
          resolve();
        });
      }),
  };
}

async function check({
  service,
}: {
  readonly service: string;
}): Promise<{ status: HealthCheckResponse_ServingStatus }> {
  if (service !== healthServiceName && service !== "") {
    throw new RpcError(status.NOT_FOUND, `no service "${service}"`);
  }
  return { status: HealthCheckResponse_ServingStatus.SERVING };
}
