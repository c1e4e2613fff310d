/**
 * Reads what the host wants of this process, from the environment that it started it with.
 *
 * This is go-plugin's contract (docs/internals.md in hashicorp/go-plugin) with Terraform's values. Nothing is thrown: a refusal carries the
 * text for the person who sees it, which is most often somebody who ran the file by hand.
 */

/** Not a secret: it tells a host that means to start a plugin from a person who does not. */
const magicCookie = {
  name: "TF_PLUGIN_MAGIC_COOKIE",
  value: "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2",
};

/** The major version of Terraform's plugin protocol that is spoken here. */
export const protocolVersion = 6;

/** The host's wishes, checked. */
export interface HandshakeRequest {
  readonly kind: "accepted";
  /** The host's certificate in PEM, or undefined when it switched TLS off. */
  readonly clientCertificate: string | undefined;
  /** Whether the host understands the field about multiplexing. An older one would read it as part of the certificate. */
  readonly knowsMultiplexing: boolean;
  /** Where the host wants the socket to be, or undefined when it does not care. */
  readonly socketFolder: string | undefined;
  /** The ports to try, first to last, where there are no unix sockets. */
  readonly ports: { readonly first: number; readonly last: number };
}

export interface HandshakeRefusal {
  readonly kind: "refused";
  /** What to print, without a final line break. */
  readonly message: string;
}

/**
 * @param providerName the provider's type name, for the text of a refusal
 */
export function readHandshakeRequest(
  environment: Readonly<Record<string, string | undefined>>,
  providerName: string,
): HandshakeRequest | HandshakeRefusal {
  if (environment[magicCookie.name] !== magicCookie.value) {
    return refuse(
      `This is the Terraform provider "${providerName}". It is started by Terraform or OpenTofu, not by hand.`,
      `To use it, name it in required_providers of a configuration and run "terraform init".`,
    );
  }
  const offeredVersions = (environment["PLUGIN_PROTOCOL_VERSIONS"] ?? "").split(",");
  if (!offeredVersions.includes(String(protocolVersion))) {
    return refuse(
      `The provider "${providerName}" speaks version ${protocolVersion} of Terraform's plugin protocol; the program that started`,
      `it offers "${offeredVersions.join(",")}". Use Terraform 1.5 or newer, or OpenTofu 1.8 or newer.`,
    );
  }
  return {
    kind: "accepted",
    clientCertificate: environment["PLUGIN_CLIENT_CERT"] || undefined,
    knowsMultiplexing: Boolean(environment["PLUGIN_MULTIPLEX_GRPC"]),
    socketFolder: environment["PLUGIN_UNIX_SOCKET_DIR"] || undefined,
    ports: {
      first: portFrom(environment["PLUGIN_MIN_PORT"], 10_000),
      last: portFrom(environment["PLUGIN_MAX_PORT"], 25_000),
    },
  };
}

function refuse(...lines: readonly string[]): HandshakeRefusal {
  return { kind: "refused", message: lines.join("\n") };
}

function portFrom(text: string | undefined, fallback: number): number {
  const port = Number(text || fallback);
  return Number.isInteger(port) && port >= 0 && port <= 65_535 ? port : fallback;
}
