/**
 * The form of a kubeconfig file, as far as it is needed (Kubernetes documentation, "kubeconfig (v1)").
 *
 * The YAML library is loaded with the first file. Its own messages quote the lines around a mistake, so they are not passed on.
 */
import type { Document } from "yaml";
import { z } from "zod";
import { KeyturnError } from "../../model/error";

const clusterEntry = z.object({
  name: z.string(),
  cluster: z.object({
    server: z.string(),
    "certificate-authority": z.string().optional(),
    "certificate-authority-data": z.string().optional(),
    "insecure-skip-tls-verify": z.boolean().optional(),
    "tls-server-name": z.string().optional(),
    "proxy-url": z.string().optional(),
  }),
});

const userEntry = z.object({
  name: z.string(),
  user: z.object({
    token: z.string().optional(),
    tokenFile: z.string().optional(),
    "client-certificate": z.string().optional(),
    "client-certificate-data": z.string().optional(),
    "client-key": z.string().optional(),
    "client-key-data": z.string().optional(),
    username: z.string().optional(),
    password: z.string().optional(),
    as: z.string().optional(),
    "as-uid": z.string().optional(),
    "as-groups": z.array(z.string()).optional(),
    exec: z.unknown().optional(),
    "auth-provider": z.unknown().optional(),
  }),
});

const contextEntry = z.object({ name: z.string(), context: z.object({ cluster: z.string(), user: z.string() }) });

// A kubeconfig that kubectl has made empty has null in the place of each list.
const kubeconfig = z.object({
  "current-context": z.string().nullish(),
  contexts: z.array(contextEntry).nullish(),
  clusters: z.array(clusterEntry).nullish(),
  users: z.array(userEntry).nullish(),
});

/** One cluster of a kubeconfig. */
export type ClusterEntry = z.output<typeof clusterEntry>;
/** One user of a kubeconfig. */
export type UserEntry = z.output<typeof userEntry>;
/** What is read of a kubeconfig. */
export type Kubeconfig = z.output<typeof kubeconfig>;

/** @throws KeyturnError STORE_UNREACHABLE that says where the mistake is, and quotes nothing of the file */
export async function parseKubeconfig(text: string, file: string): Promise<Kubeconfig> {
  const { parseDocument } = await import("yaml");
  const document = parseDocument(text);
  const mistake = document.errors[0];
  if (mistake) {
    const line = mistake.linePos?.[0].line;
    throw unreadable(file, `it is not YAML (${mistake.code}${line === undefined ? "" : `, line ${line}`})`);
  }
  const parsed = kubeconfig.safeParse(valueOf(document, file) ?? {});
  if (parsed.success) return parsed.data;
  const at = parsed.error.issues[0]?.path.join(".") ?? "";
  throw unreadable(file, `${at === "" ? "it" : at} is missing, or has another form than in a kubeconfig`);
}

function valueOf(document: Document, file: string): unknown {
  try {
    return document.toJS();
  } catch {
    // Aliases of nothing, or of aliases that would grow without end.
    throw unreadable(file, "it has an alias that cannot be followed");
  }
}

function unreadable(file: string, reason: string): KeyturnError {
  return new KeyturnError("STORE_UNREACHABLE", `the kubeconfig ${file} cannot be used: ${reason}`);
}
