/**
 * The one line that a plugin writes to stdout, by which the host finds it. Nothing else may ever be written there.
 *
 * Its grammar is go-plugin's: core protocol version, application protocol version, network, address, "grpc", certificate.
 */
import type { Endpoint } from "../serving/listen";
import { protocolVersion } from "./handshake-request";

/** Version of go-plugin's own handshake. */
const coreProtocolVersion = 1;

export interface HandshakeAnswer {
  readonly endpoint: Pick<Endpoint, "network" | "address">;
  /** Undefined when the host switched TLS off: the field is then empty. */
  readonly certificateDer: Buffer | undefined;
  readonly knowsMultiplexing: boolean;
}

/** @returns the line with its line break */
export function formatHandshakeLine({ endpoint, certificateDer, knowsMultiplexing }: HandshakeAnswer): string {
  // Go decodes it with RawStdEncoding, which refuses padding.
  const certificate = certificateDer?.toString("base64").replace(/=+$/, "") ?? "";
  // Multiplexing would put another protocol (yamux) under gRPC, only for a broker that we have no use for.
  const fields = [coreProtocolVersion, protocolVersion, endpoint.network, endpoint.address, "grpc", certificate];
  return `${[...fields, ...(knowsMultiplexing ? ["false"] : [])].join("|")}\n`;
}
