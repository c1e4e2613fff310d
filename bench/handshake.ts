/**
 * How long the provider takes from its start to the handshake line, with mutual TLS as Terraform asks for it, against a Node that
 * does nothing but print.
 */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { unzipSync } from "fflate";
import { readFileSync } from "node:fs";
import { makeSelfSignedCertificate } from "../src/plugin/tls/self-signed-certificate";
import { providerPackage } from "../src/provider";
import type { Figure } from "./main";
import { comparePaired } from "./measure";

// Terraform's own, from go-plugin's handshake; without it the provider takes itself to be run by hand.
const magicCookie = "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2";

/** Times so many starts of each in turn. */
export async function benchmarkHandshake(runs: number): Promise<Figure[]> {
  const folder = await mkdtemp(path.join(tmpdir(), "keyturn-bench-"));
  try {
    const files = Object.entries(unzipSync(readFileSync(providerPackage().zipPath)));
    for (const [name, content] of files) await writeFile(path.join(folder, name), content, { mode: 0o755 });
    const name = files.map(([each]) => each).find((each) => each.startsWith("terraform-provider-"));
    if (name === undefined) throw new Error("the packed provider has no executable");
    const executable = path.join(folder, name);
    const certificate = makeSelfSignedCertificate(new Date()).certificateDer.toString("base64");
    // It makes every Node read certificates first, which would hide a part of what the provider takes.
    const { NODE_EXTRA_CA_CERTS: _certificates, ...variables } = process.env;
    const environment = {
      ...variables,
      TMPDIR: folder,
      TF_PLUGIN_MAGIC_COOKIE: magicCookie,
      PLUGIN_PROTOCOL_VERSIONS: "5,6",
      PLUGIN_CLIENT_CERT: `-----BEGIN CERTIFICATE-----\n${certificate.replace(/.{64}/g, "$&\n")}\n-----END CERTIFICATE-----\n`,
    };
    const provider = await comparePaired(
      { file: executable, args: [], options: { env: environment }, until: "first-output" },
      { file: process.execPath, args: ["-e", "0"], options: { env: variables }, until: "exit" },
      runs,
    );
    return [
      {
        what: "provider start to handshake / node -e 0",
        measured: `${provider.a.toFixed(0)} ms / ${provider.b.toFixed(0)} ms, medians of ${runs}`,
        value: provider.a / provider.b,
        limit: 2.5,
      },
    ];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
