/** How a cluster is reached: where its API is, which authority vouches for it, and who this process is to it. */
import type { Secret } from "../../model/secret";

/** A cluster, and the right to talk to it. */
export interface ClusterAccess {
  /** In words for messages: `the cluster of the context prod`. */
  readonly description: string;
  /** Where its API is: `https://10.0.0.1:6443`, maybe with a path. Never ends with a slash. */
  readonly server: string;
  /** The authorities that may vouch for the server, in PEM. Undefined: those that Node knows. */
  readonly authority: string | undefined;
  /** The name that the server's certificate must bear, if it is not that of its address. */
  readonly serverName: string | undefined;
  /** What this process shows in the TLS handshake. */
  readonly clientCertificate: { readonly certificate: string; readonly privateKey: Secret } | undefined;
  /** The bearer token. Asked for before each request, since a token in a file is replaced long before the process ends. */
  readonly token: () => Promise<Secret | undefined>;
}
