/**
 * Serves a plain object of asynchronous methods as a gRPC service.
 *
 * It joins two libraries: protobuf-es describes the service and codes the messages, grpc-js carries the bytes. An exception
 * that escapes a method ends as the status INTERNAL and a line in the log, never as the end of the process.
 */
import {
  create,
  fromBinary,
  toBinary,
  type DescMethod,
  type DescService,
  type MessageInitShape,
  type MessageShape,
} from "@bufbuild/protobuf";
import {
  status,
  type MethodDefinition,
  type sendUnaryData,
  type Server,
  type ServerUnaryCall,
  type UntypedServiceImplementation,
} from "@grpc/grpc-js";
import { errorFields, type Logger } from "../../logging/logger";
import type { CallsInFlight } from "./calls-in-flight";

/**
 * The methods of a service: each takes a decoded request and promises a response, for which a plain object will do.
 * A method that is left out answers UNIMPLEMENTED.
 */
export type ServiceImplementation<Service extends Pick<DescService, "method">> = {
  readonly [Name in keyof Service["method"]]?: (
    request: MessageShape<Service["method"][Name]["input"]>,
  ) => Promise<MessageInitShape<Service["method"][Name]["output"]>>;
};

export interface ServiceOptions<Service extends Pick<DescService, "method">> {
  /** May still be on its way: calls wait for it, and all fail with its reason if it is rejected. */
  readonly implementation: Promise<ServiceImplementation<Service>>;
  readonly log: Logger;
  readonly calls: CallsInFlight;
}

/** A failure with a gRPC status of its own, thrown by a method instead of the INTERNAL that others become. */
export class RpcError extends Error {
  constructor(
    readonly code: status,
    message: string,
  ) {
    super(message);
    this.name = "RpcError";
  }
}

/** Makes the server answer the calls of that service. All its methods must be unary. */
export function addService<Service extends DescService>(
  server: Server,
  service: Service,
  options: ServiceOptions<Service>,
): void;
export function addService(
  server: Server,
  service: DescService,
  { implementation, log, calls }: ServiceOptions<DescService>,
): void {
  const definition: Record<string, MethodDefinition<Buffer, Buffer>> = {};
  const handlers: UntypedServiceImplementation = {};
  for (const method of service.methods) {
    definition[method.localName] = {
      path: `/${service.typeName}/${method.name}`,
      requestStream: false,
      responseStream: false,
      // Messages are decoded and encoded below, where a failure is caught like any other.
      requestSerialize: passBytes,
      requestDeserialize: passBytes,
      responseSerialize: passBytes,
      responseDeserialize: passBytes,
    };
    handlers[method.localName] = (call: ServerUnaryCall<Buffer, Buffer>, respond: sendUnaryData<Buffer>) => {
      const startedAt = performance.now();
      calls
        .track(async () => answer(method, await implementation, call.request))
        .then(
          (response) => {
            log.trace("call answered", { rpc: method.name, duration_ms: Math.round(performance.now() - startedAt) });
            respond(null, response);
          },
          (error: unknown) => {
            respond(statusOf(error, method, log));
          },
        );
    };
  }
  server.addService(definition, handlers);
}

const passBytes = (bytes: Buffer): Buffer => bytes;

async function answer(
  method: DescMethod,
  service: ServiceImplementation<DescService>,
  request: Buffer,
): Promise<Buffer> {
  if (service[method.localName] === undefined) {
    throw new RpcError(status.UNIMPLEMENTED, `the method ${method.name} is not implemented`);
  }
  // Fields of a newer protocol are of no use here, and keeping them costs time.
  const message = fromBinary(method.input, request, { readUnknownFields: false });
  const response = await service[method.localName]?.(message);
  return Buffer.from(toBinary(method.output, create(method.output, response)));
}

function statusOf(error: unknown, method: DescMethod, log: Logger): { code: status; details: string } {
  if (error instanceof RpcError) {
    return { code: error.code, details: error.message };
  }
  log.error("a call failed unexpectedly", { rpc: method.name, ...errorFields(error) });
  const message = error instanceof Error ? error.message : "an unknown failure";
  return { code: status.INTERNAL, details: `${method.name}: ${message}` };
}
