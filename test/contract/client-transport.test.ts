/** The client on raw sockets: what a network, a proxy or a wrong address can do to one request, byte by byte. */
import { X509Certificate } from "node:crypto";
import https from "node:https";
import net from "node:net";
import { gzipSync } from "node:zlib";
import { createKeyApiClient, type KeyApiClient, type KeyApiClientOptions } from "../../src/client";
import { systemClock, type Clock } from "../../src/model/clock";
import { Secret } from "../../src/model/secret";
import { makeSelfSignedCertificate } from "../../src/plugin/tls/self-signed-certificate";
import { withClient } from "../support/client";
import {
  httpAnswer,
  jsonAnswer,
  startRawHttpServer,
  type RawHttpServer,
  type Respond,
} from "../support/raw-http-server";

const keyRow = { id: "k1", name: "a-b" };
const okList = jsonAnswer(200, [keyRow]);
const okKey = jsonAnswer(201, { ...keyRow, api_key: "pb_live_new" });
const okUpdate = jsonAnswer(200, keyRow);

const list = (client: KeyApiClient): Promise<unknown> => client.list();
const create = (client: KeyApiClient): Promise<unknown> => client.create({ name: "a-b", scopes: ["read"] });
const update = (client: KeyApiClient): Promise<unknown> => client.update("k1", { name: "n" });
const revoke = (client: KeyApiClient): Promise<unknown> => client.revoke("k1");

async function withServer<T>(respond: Respond, test: (server: RawHttpServer) => Promise<T>): Promise<T> {
  const server = await startRawHttpServer(respond);
  try {
    return await test(server);
  } finally {
    await server.close();
  }
}

/** What a call ends with, and how many requests the server got. */
async function call(
  respond: Respond,
  act: (client: KeyApiClient) => Promise<unknown>,
  options: Partial<KeyApiClientOptions> = {},
): Promise<{ result: unknown; requests: number }> {
  return withServer(respond, async (server) => {
    const settings = { endpoint: server.url, requestTimeout: { ms: 400 }, maxRetries: 2, ...options };
    const result = await withClient(settings, (client) => act(client).catch((error: unknown) => error));
    return { result, requests: server.requests.length };
  });
}

const half = (bytes: Buffer): Buffer => bytes.subarray(0, bytes.length - 5);

/** Faults that strike once; then all is well. */
const passing: [string, (socket: net.Socket, good: Buffer) => void][] = [
  ["a reset instead of an answer", (socket) => socket.resetAndDestroy()],
  ["the end instead of an answer", (socket) => socket.end()],
  ["half of the head", (socket) => socket.end("HTTP/1.1 200 OK\r\ncontent-")],
  ["half of the body, and the end", (socket, good) => socket.end(half(good))],
  ["half of the body, and a reset", (socket, good) => socket.write(half(good), () => socket.resetAndDestroy())],
  ["half of the body, and silence", (socket, good) => socket.write(half(good))],
  [
    "the end in the middle of a chunk",
    (socket) =>
      socket.end('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\ncontent-type: application/json\r\n\r\n5\r\n[{"id'),
  ],
  [
    "the end in the middle of a body without a length",
    (socket) => socket.end('HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-type: application/json\r\n\r\n[{"id":"k1"'),
  ],
  ["silence", () => undefined],
];

describe.each(passing)("%s", (_name, strike) => {
  test.each<[string, (client: KeyApiClient) => Promise<unknown>, Buffer, unknown]>([
    ["reading the list", list, okList, expect.objectContaining({ keys: [expect.objectContaining(keyRow)] })],
    ["changing a key", update, okUpdate, expect.objectContaining(keyRow)],
  ])("is overcome when %s", async (_call, act, good, expected) => {
    const { result, requests } = await call(({ index }, socket) => {
      if (index === 0) strike(socket, good);
      else socket.write(good);
    }, act);
    expect(result).toEqual(expected);
    expect(requests).toBe(2);
  });

  test("ends the making of a key, which is never sent again, with an unknown outcome", async () => {
    const { result, requests } = await call(({ index }, socket) => {
      if (index === 0) strike(socket, okKey);
      else socket.write(okKey);
    }, create);
    expect(result).toMatchObject({ code: "OUTCOME_UNKNOWN" });
    expect(requests).toBe(1);
  });
});

const answers: [string, Buffer, { list: string; create: string; requests: number }][] = [
  [
    "no HTTP at all",
    Buffer.from("SSH-2.0-OpenSSH_9.6\r\n"),
    { list: "UNEXPECTED_ANSWER", create: "OUTCOME_UNKNOWN", requests: 3 },
  ],
  [
    "a web page",
    httpAnswer(200, "<html>hidden</html>", { "content-type": "text/html; charset=utf-8" }),
    { list: "UNEXPECTED_ANSWER", create: "OUTCOME_UNKNOWN", requests: 1 },
  ],
  ["a success without content", httpAnswer(200), { list: "UNEXPECTED_ANSWER", create: "OUTCOME_UNKNOWN", requests: 1 }],
  [
    "204",
    Buffer.from("HTTP/1.1 204 No Content\r\n\r\n"),
    { list: "UNEXPECTED_ANSWER", create: "OUTCOME_UNKNOWN", requests: 1 },
  ],
  [
    "JSON of another form",
    jsonAnswer(200, { keys: ["hidden"] }),
    { list: "UNEXPECTED_ANSWER", create: "OUTCOME_UNKNOWN", requests: 1 },
  ],
  [
    "JSON that does not parse",
    httpAnswer(200, "{hidden", { "content-type": "application/json" }),
    { list: "UNEXPECTED_ANSWER", create: "OUTCOME_UNKNOWN", requests: 3 },
  ],
  [
    "an encoding that was not asked for",
    jsonAnswer(200, [], { "content-encoding": "br" }),
    { list: "UNEXPECTED_ANSWER", create: "OUTCOME_UNKNOWN", requests: 1 },
  ],
  [
    "a redirect",
    httpAnswer(302, "", { location: "https://sso.example.org/login?hidden" }),
    { list: "UNEXPECTED_ANSWER", create: "UNEXPECTED_ANSWER", requests: 1 },
  ],
  [
    "a page with 404",
    httpAnswer(404, "<html>hidden", { "content-type": "text/html" }),
    { list: "UNEXPECTED_ANSWER", create: "UNEXPECTED_ANSWER", requests: 1 },
  ],
  [
    "a page with 401",
    httpAnswer(401, "<html>hidden", { "content-type": "text/html" }),
    { list: "UNEXPECTED_ANSWER", create: "UNEXPECTED_ANSWER", requests: 1 },
  ],
];

describe.each(answers)("an API that answers with %s", (_name, bytes, expected) => {
  test("is told from the real one, without showing its answer", async () => {
    const respond: Respond = (_request, socket) => socket.write(bytes);
    const listing = await call(respond, list);
    expect(listing).toMatchObject({ result: { code: expected.list }, requests: expected.requests });
    expect(String(listing.result)).not.toMatch(/hidden/);
    const creating = await call(respond, create);
    expect(creating).toMatchObject({ result: { code: expected.create }, requests: 1 });
    expect(String(creating.result)).not.toMatch(/hidden/);
  });
});

describe("revoking a key", () => {
  test.each([
    ["204", httpAnswer(204), "revoked"],
    ["204 with a body that has no place there", Buffer.from("HTTP/1.1 204 No Content\r\n\r\nhidden"), "revoked"],
    ["404 in the API's words", jsonAnswer(404, { detail: "API key not found" }), "absent"],
  ])("is done with %s", async (_name, bytes, expected) => {
    const { result } = await call((_request, socket) => socket.write(bytes), revoke);
    expect(result).toBe(expected);
  });

  test.each([
    ["a page with 404", httpAnswer(404, "<html>", { "content-type": "text/html" }), "UNEXPECTED_ANSWER"],
    ["an empty 404", httpAnswer(404), "UNEXPECTED_ANSWER"],
    ["404 in somebody else's JSON", jsonAnswer(404, { message: "no Route matched" }), "NOT_FOUND"],
    ["a web page", httpAnswer(200, "<html>", { "content-type": "text/html" }), "UNEXPECTED_ANSWER"],
    ["a promise to do it later", jsonAnswer(202, {}), "UNEXPECTED_ANSWER"],
  ])("is not done with %s: the key may well be alive", async (_name, bytes, code) => {
    const { result } = await call((_request, socket) => socket.write(bytes), revoke);
    expect(result).toMatchObject({ code });
  });
});

describe("trying a secret", () => {
  const attempt = (client: KeyApiClient): Promise<unknown> => client.authenticates(new Secret("pb_live_tried"));

  test.each([
    ["200", jsonAnswer(200, []), true],
    ["403 in the API's words", jsonAnswer(403, { detail: "Insufficient scope" }), true],
    ["401 in the API's words", jsonAnswer(401, { detail: "Invalid API key" }), false],
  ])("says what %s means", async (_name, bytes, authenticates) => {
    const { result } = await call((_request, socket) => socket.write(bytes), attempt);
    expect(result).toMatchObject({ authenticates });
  });

  test.each([
    ["a page with 403, as firewalls send it", httpAnswer(403, "<html>", { "content-type": "text/html" })],
    ["an empty 403", httpAnswer(403)],
    ["a page with 401", httpAnswer(401, "<html>", { "content-type": "text/html" })],
    ["a web page", httpAnswer(200, "<html>", { "content-type": "text/html" })],
  ])("says neither yes nor no at %s", async (_name, bytes) => {
    const { result } = await call((_request, socket) => socket.write(bytes), attempt);
    expect(result).toMatchObject({ code: "UNEXPECTED_ANSWER" });
  });

  test("sends the tried secret and not the client's own", async () => {
    await withServer(
      (_request, socket) => socket.write(jsonAnswer(200, [])),
      async (server) => {
        await withClient({ endpoint: server.url }, attempt);
        expect(server.requests[0]?.headers).toMatchObject({ "x-api-key": "pb_live_tried" });
        expect(server.requests[0]?.path).toBe("/v1/pinterest/accounts");
      },
    );
  });
});

describe("a request", () => {
  test.each([
    ["a key", { kind: "key", secret: new Secret("pb_live_k") } as const, { "x-api-key": "pb_live_k" }, "authorization"],
    ["a token", { kind: "token", token: new Secret("tok") } as const, { authorization: "Bearer tok" }, "x-api-key"],
  ])("carries %s in one header, and the name of the program", async (_name, credentials, present, absent) => {
    await withServer(
      (_request, socket) => socket.write(okList),
      async (server) => {
        await withClient({ endpoint: `${server.url}/key/api/`, credentials, userAgent: "keyturn/9.9.9 (+ci)" }, list);
        expect(server.requests[0]?.path).toBe("/key/api/v1/api-keys");
        expect(server.requests[0]?.headers).toMatchObject({ ...present, "user-agent": "keyturn/9.9.9 (+ci)" });
        expect(server.requests[0]?.headers).not.toHaveProperty(absent);
      },
    );
  });

  test("is not sent to where a redirect points", async () => {
    await withServer(
      (_request, socket) => socket.write(okList),
      async (other) => {
        const redirect = httpAnswer(307, "", { location: `${other.url}/v1/api-keys` });
        const { result } = await call((_request, socket) => socket.write(redirect), list);
        expect(String(result)).toMatch(`a redirect to ${new URL(other.url).host} that is not followed`);
        expect(other.connections()).toBe(0);
      },
    );
  });

  test("uses the connection of those before it", async () => {
    await withServer(
      (_request, socket) => socket.write(okList),
      async (server) => {
        await withClient({ endpoint: server.url, listMaxAge: { ms: 0 } }, async (client) => {
          for (let turn = 0; turn < 20; turn += 1) await client.list();
        });
        expect(server.requests).toHaveLength(20);
        // A second one, because undici gives a connection back a moment after its answer.
        expect(server.connections()).toBeLessThanOrEqual(2);
      },
    );
  });

  test("takes a connection that the API has closed in the meantime for no failure", async () => {
    await withServer(
      (_request, socket) => {
        socket.write(okKey, () => {
          setTimeout(() => socket.end(), 20);
        });
      },
      async (server) => {
        await withClient({ endpoint: server.url, maxRetries: 0 }, async (client) => {
          for (let turn = 0; turn < 3; turn += 1) {
            await create(client);
            await new Promise((resolve) => setTimeout(resolve, 60));
          }
        });
        expect(server.requests).toHaveLength(3);
      },
    );
  });

  test("of many at once, under one signal, brings no warning of a leak", async () => {
    const warnings: Error[] = [];
    const note = (warning: Error): void => void warnings.push(warning);
    process.on("warning", note);
    const running = new AbortController();
    const many = (client: KeyApiClient): Promise<unknown> =>
      Promise.all(
        Array.from({ length: 60 }, () => client.create({ name: "a", scopes: ["read"] }, { signal: running.signal })),
      );
    const { requests } = await call((_request, socket) => socket.write(okKey), many, { requestTimeout: { ms: 5_000 } });
    await new Promise((resolve) => setImmediate(resolve));
    process.off("warning", note);
    expect(requests).toBe(60);
    expect(warnings).toEqual([]);
  });

  test("reads a compressed answer", async () => {
    const bytes = gzipSync(JSON.stringify([keyRow]));
    const answer = httpAnswer(200, bytes, { "content-type": "application/json", "content-encoding": "gzip" });
    const { result } = await call((_request, socket) => socket.write(answer), list);
    expect(result).toMatchObject({ keys: [keyRow] });
  });

  test("stops reading an answer that does not end", async () => {
    const megabyte = Buffer.alloc(1024 * 1024, 0x20);
    const { result } = await call(
      (_request, socket) => {
        socket.write("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n");
        const pour = (): void => {
          while (!socket.destroyed && socket.write(megabyte));
        };
        socket.on("drain", pour);
        pour();
      },
      list,
      { requestTimeout: { ms: 20_000 } },
    );
    expect(result).toMatchObject({ code: "UNEXPECTED_ANSWER" });
    expect(String(result)).toMatch(/too large/);
  });

  test("without a date in its answer is not taken at the local clock's word", async () => {
    const undated = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n[]";
    const { result } = await call((_request, socket) => socket.write(undated), list);
    expect(result).toMatchObject({ code: "UNEXPECTED_ANSWER" });
    expect(String(result)).toContain("it has no Date header, so that nothing says what time it is for the API");
  });
});

describe("an address where nobody listens", () => {
  async function freePort(): Promise<number> {
    const server = net.createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as net.AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    return port;
  }

  test.each([
    ["reading the list", list],
    ["making a key, which has then not happened", create],
  ])("is tried again, and told as unreachable, when %s", async (_name, act) => {
    const calling = withClient({ endpoint: `http://127.0.0.1:${await freePort()}`, maxRetries: 2 }, act);
    await expect(calling).rejects.toMatchObject({ code: "UNREACHABLE" });
    await expect(calling).rejects.toThrow(/no connection \(ECONNREFUSED\) after 3 tries; check the endpoint/);
  });

  test("does not stop a key from being made once somebody listens", async () => {
    const port = await freePort();
    const requests: string[] = [];
    const server = net.createServer((socket) => {
      socket.on("data", (chunk) => {
        requests.push(chunk.toString());
        socket.write(okKey);
      });
    });
    const clock: Clock = {
      ...systemClock,
      sleep: () => new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve)),
    };
    await withClient({ endpoint: `http://127.0.0.1:${port}`, clock }, create);
    expect(requests).toHaveLength(1);
    await new Promise((resolve) => server.close(resolve));
  });
});

describe("an API whose certificate is nobody's", () => {
  test.each([
    ["reading the list", list],
    ["making a key, which has then not happened", create],
  ])("is not told any secret, and not tried again, when %s", async (_name, act) => {
    // Given a server that speaks TLS with a certificate of its own making
    const { certificateDer, privateKey } = makeSelfSignedCertificate(new Date());
    let handshakes = 0;
    let requests = 0;
    const server = https.createServer(
      {
        cert: new X509Certificate(certificateDer).toString(),
        key: privateKey.export({ type: "pkcs8", format: "pem" }),
      },
      () => {
        requests += 1;
      },
    );
    server.on("connection", () => {
      handshakes += 1;
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as net.AddressInfo;
    try {
      // When it is called, then the call ends before anything is sent
      const calling = withClient({ endpoint: `https://localhost:${port}` }, act);
      await expect(calling).rejects.toMatchObject({ code: "UNREACHABLE" });
      await expect(calling).rejects.toThrow(/the certificate is not trusted .*NODE_EXTRA_CA_CERTS/);
      expect({ handshakes, requests }).toEqual({ handshakes: 1, requests: 0 });
    } finally {
      await new Promise((resolve) => server.close(resolve));
    }
  });
});

describe("closing the client", () => {
  test.each([
    ["a list under way", list, "ABORTED"],
    ["a key that is being made", create, "OUTCOME_UNKNOWN"],
  ])("ends %s", async (_name, act, code) => {
    await withServer(
      () => undefined,
      async (server) => {
        await withClient({ endpoint: server.url }, async (client) => {
          const outcome = act(client).catch((error: unknown) => error);
          while (server.requests.length === 0) await new Promise((resolve) => setImmediate(resolve));
          await client.close();
          expect(await outcome).toMatchObject({ code });
        });
        expect(server.requests).toHaveLength(1);
      },
    );
  });

  test("ends a pause between tries, even a long one", async () => {
    await withServer(
      (_request, socket) => socket.write(httpAnswer(429, "", { "retry-after": "50" })),
      async (server) => {
        const client = createKeyApiClient({
          endpoint: server.url,
          credentials: { kind: "key", secret: new Secret("pb_live_k") },
          userAgent: "keyturn/0.0.0",
        });
        const outcome = create(client).catch((error: unknown) => error);
        while (server.requests.length === 0) await new Promise((resolve) => setImmediate(resolve));
        await new Promise((resolve) => setTimeout(resolve, 50));
        await client.close();
        expect(await outcome).toMatchObject({ code: "ABORTED" });
      },
    );
  });

  test("makes later calls fail before they are sent", async () => {
    await withServer(
      (_request, socket) => socket.write(okKey),
      async (server) => {
        await withClient({ endpoint: server.url }, async (client) => {
          await client.close();
          await expect(create(client)).rejects.toMatchObject({ code: "ABORTED" });
        });
        expect(server.connections()).toBe(0);
      },
    );
  });
});
