/**
 * The listening side of mutual TLS as go-plugin sets it up: each side knows the one certificate of the other.
 *
 * A client is let in only with the very certificate that the host handed over at start. Trusting it as an authority
 * alone would also let in whatever it signed, so the bytes are compared too.
 *
 * TLS is set up at the first connection: with it Node reads every authority that it knows, which takes as long as half of its own start,
 * and the host waits for the handshake line before it connects.
 */
import { X509Certificate } from "node:crypto";
import { createServer, type Server } from "node:net";
import { createServer as createTlsServer, type Server as TlsServer, type TLSSocket } from "node:tls";
import type { SelfSignedCertificate } from "./self-signed-certificate";

export interface MutualTlsOptions {
  readonly own: SelfSignedCertificate;
  /** The host's certificate, in PEM. */
  readonly clientCertificate: string;
  readonly onConnection: (socket: TLSSocket) => void;
  /** Told of every client that was turned away. */
  readonly onRefusal: (reason: string) => void;
}

/** @throws if the client's certificate cannot be read */
export function createMutualTlsServer(options: MutualTlsOptions): Server {
  const expected = new X509Certificate(options.clientCertificate).raw;
  let tls: TlsServer | undefined;
  return createServer((socket) => {
    tls ??= createSide(expected, options);
    tls.emit("connection", socket);
  });
}

/** What speaks TLS on connections that are handed to it. It does not listen itself. */
function createSide(
  expected: Buffer,
  { own, clientCertificate, onConnection, onRefusal }: MutualTlsOptions,
): TlsServer {
  const server = createTlsServer(
    {
      key: own.privateKey.export({ type: "pkcs8", format: "pem" }),
      cert: pemOf(own.certificateDer),
      ca: clientCertificate,
      requestCert: true,
      rejectUnauthorized: true,
      minVersion: "TLSv1.2",
      ALPNProtocols: ["h2"],
    },
    (socket) => {
      // A connection that breaks is the client's affair; without a listener it would end this process.
      socket.on("error", () => undefined);
      if (socket.getPeerX509Certificate()?.raw.equals(expected)) {
        onConnection(socket);
      } else {
        onRefusal("the client's certificate is not the one that the host gave");
        socket.destroy();
      }
    },
  );
  server.on("tlsClientError", (error, socket) => {
    // For a certificate that is not trusted the error says no more than "socket hang up".
    const distrust: unknown = socket.authorizationError;
    onRefusal(typeof distrust === "string" ? distrust : error.message.trim());
  });
  return server;
}

function pemOf(certificateDer: Buffer): string {
  const lines = certificateDer.toString("base64").match(/.{1,64}/g) ?? [];
  return ["-----BEGIN CERTIFICATE-----", ...lines, "-----END CERTIFICATE-----", ""].join("\n");
}
