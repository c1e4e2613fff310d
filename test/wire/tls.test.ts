/** Who is let in: the host that started the process, and nobody else. */
import { X509Certificate } from "node:crypto";
import { createConnection } from "node:net";
import { status } from "@grpc/grpc-js";
import { Provider } from "../../src/plugin/gen/tfplugin6_pb";
import { bundle } from "../support/bundle";
import { makeClientCertificate } from "../support/client-certificate";
import { connect, serverCertificateOf, startPlugin, type StartedPlugin } from "../support/plugin-host";
import { temporaryFolder } from "../support/temporary-folder";
import { until } from "../support/until";

const folder = temporaryFolder();
let plugin: StartedPlugin;

beforeAll(async () => {
  plugin = await startPlugin(await bundle("test/support/wire-provider/main.ts", folder));
});
afterAll(async () => {
  plugin.child.kill("SIGTERM");
  await plugin.ended;
});

function ownCertificate(): NonNullable<StartedPlugin["clientCertificate"]> {
  if (plugin.clientCertificate === undefined) {
    throw new Error("the plugin was started without TLS");
  }
  return plugin.clientCertificate;
}

test("the host, with a P-521 certificate that is its own authority, is served", async () => {
  const client = connect(plugin);

  const answer = await client.call(Provider, Provider.method.getMetadata);

  client.close();
  expect(answer.resources).toHaveLength(1);
});

test("the certificate in the handshake line is a self-signed authority for localhost, valid now", () => {
  const certificate = new X509Certificate(serverCertificateOf(plugin.line));

  expect(certificate.verify(certificate.publicKey)).toBe(true);
  expect(certificate).toMatchObject({ ca: true, subjectAltName: "DNS:localhost" });
  expect(Date.parse(certificate.validFrom)).toBeLessThan(Date.now());
  expect(Date.parse(certificate.validTo)).toBeGreaterThan(Date.now());
});

test.each([
  ["no certificate", () => null, "did not return a certificate"],
  ["a stranger's certificate, of the same name", () => makeClientCertificate(), "DEPTH_ZERO_SELF_SIGNED_CERT"],
  [
    "a certificate that the host's own has signed",
    () => makeClientCertificate(ownCertificate()),
    "not the one that the host gave",
  ],
])("a client with %s is refused, and the log says so", async (_name, shown, reason) => {
  const client = connect(plugin, shown());

  const call = client.call(Provider, Provider.method.getMetadata);

  await expect(call).rejects.toMatchObject({ code: status.UNAVAILABLE });
  client.close();
  await until(() => refusals().some((refusal) => refusal.includes(reason)));
});

test("a client that speaks no TLS is refused", async () => {
  const socket = createConnection(plugin.line.split("|")[3] ?? "");
  socket.on("error", () => undefined);
  socket.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");

  await new Promise((resolve) => socket.resume().on("close", resolve));

  await until(() => refusals().some((refusal) => refusal.includes("wrong version number")));
});

test("after all those refusals the host is still served", async () => {
  const client = connect(plugin);

  await expect(client.call(Provider, Provider.method.getMetadata)).resolves.toBeDefined();
  client.close();
});

/** The reasons in the log, so far. */
function refusals(): string[] {
  const lines = plugin.stderr().split("\n");
  return lines.filter((line) => line.includes("a client was refused"));
}
