import { readHandshakeRequest } from "../../../../src/plugin/handshake/handshake-request";

const hostEnvironment = {
  TF_PLUGIN_MAGIC_COOKIE: "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2",
  PLUGIN_PROTOCOL_VERSIONS: "6,5",
};

test("defaults are filled in where the host has no wish", () => {
  expect(readHandshakeRequest(hostEnvironment, "wire")).toEqual({
    kind: "accepted",
    clientCertificate: undefined,
    knowsMultiplexing: false,
    socketFolder: undefined,
    ports: { first: 10_000, last: 25_000 },
  });
});

test("the wishes of the host are read", () => {
  const request = readHandshakeRequest(
    {
      ...hostEnvironment,
      PLUGIN_CLIENT_CERT: "pem",
      PLUGIN_MULTIPLEX_GRPC: "true",
      PLUGIN_UNIX_SOCKET_DIR: "/run/here",
      PLUGIN_MIN_PORT: "20000",
      PLUGIN_MAX_PORT: "20010",
    },
    "wire",
  );

  expect(request).toEqual({
    kind: "accepted",
    clientCertificate: "pem",
    knowsMultiplexing: true,
    socketFolder: "/run/here",
    ports: { first: 20_000, last: 20_010 },
  });
});

test.each([
  ["there is no cookie", { TF_PLUGIN_MAGIC_COOKIE: undefined }, /provider "wire".*not by hand/],
  ["the cookie is another", { TF_PLUGIN_MAGIC_COOKIE: "d602" }, /provider "wire".*not by hand/],
  ["only an older protocol is offered", { PLUGIN_PROTOCOL_VERSIONS: "4,5" }, /speaks version 6 .*\n.*offers "4,5"/],
  ["6 is only part of a number", { PLUGIN_PROTOCOL_VERSIONS: "16" }, /offers "16"/],
  ["no protocol is offered", { PLUGIN_PROTOCOL_VERSIONS: undefined }, /offers ""/],
])("it is refused when %s", (_name, change, message) => {
  expect(readHandshakeRequest({ ...hostEnvironment, ...change }, "wire")).toEqual({
    kind: "refused",
    message: expect.stringMatching(message) as string,
  });
});

test.each(["x", "-1", "70000", "1.5", ""])("the port %p is no port, so the usual one is taken", (port) => {
  expect(readHandshakeRequest({ ...hostEnvironment, PLUGIN_MIN_PORT: port }, "wire")).toMatchObject({
    ports: { first: 10_000, last: 25_000 },
  });
});
