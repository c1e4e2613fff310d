/** A provider that is served by a process which Terraform did not start. */
import { existsSync } from "node:fs";
import { credentials } from "@grpc/grpc-js";
import { createLogger } from "../../src/logging/logger";
import { Provider } from "../../src/plugin/gen/tfplugin6_pb";
import { serveForReattach } from "../../src/plugin/serving/serve-for-reattach";
import { clientFor } from "../support/plugin-host";

const log = createLogger({ level: "off", module: "wire", now: () => new Date(0), write: () => undefined });

test.each([
  ["a unix socket", "linux", "unix", /^\/.*\/socket$/],
  ["a TCP port of this machine alone, where there are no sockets", "win32", "tcp", /^127\.0\.0\.1:[1-9]\d*$/],
] as const)("Terraform is told of %s, and finds the provider there", async (_name, platform, network, address) => {
  const provider = await serveForReattach({
    address: "registry.terraform.io/hashicorp/wire",
    service: { getMetadata: async () => ({ resources: [{ typeName: "wire_thing" }] }) },
    process: { pid: 42, platform },
    log,
  });

  const value = JSON.parse(provider.reattachProviders) as Record<string, { Addr: { String: string } }>;
  expect(value).toEqual({
    "registry.terraform.io/hashicorp/wire": {
      Protocol: "grpc",
      ProtocolVersion: 6,
      Pid: 42,
      Test: true,
      Addr: { Network: network, String: expect.stringMatching(address) as string },
    },
  });

  const place = value["registry.terraform.io/hashicorp/wire"]?.Addr.String ?? "";
  const client = clientFor(network === "unix" ? `unix:${place}` : place, credentials.createInsecure());
  await expect(client.call(Provider, Provider.method.getMetadata)).resolves.toMatchObject({
    resources: [{ typeName: "wire_thing" }],
  });
  client.close();
  await provider.close();
  expect(existsSync(place)).toBe(false);
});
