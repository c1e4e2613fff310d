/** The requests of stores over HTTP: what is sent, when it is sent again, and what is said where no answer comes. */
import { X509Certificate } from "node:crypto";
import https from "node:https";
import type net from "node:net";
import { TLSSocket } from "node:tls";
import { systemClock } from "../../src/model/clock";
import { Secret } from "../../src/model/secret";
import { makeSelfSignedCertificate } from "../../src/plugin/tls/self-signed-certificate";
import { requestJson, type HttpLimits, type HttpTls, type JsonRequest } from "../../src/stores/http";
import {
  httpAnswer,
  jsonAnswer,
  startRawHttpServer,
  type RawHttpServer,
  type RawRequest,
  type Respond,
} from "../support/raw-http-server";

const read = { method: "GET", path: "/v1/thing?a=b", isIdempotent: true } as const;
const write = {
  method: "POST",
  path: "/v1/thing",
  isIdempotent: false,
  headers: { "x-token": new Secret("hidden-token") },
  body: { value: new Secret("hidden-value"), list: [new Secret("hidden-item")] },
} as const;

interface Called {
  readonly result: unknown;
  readonly requests: readonly RawRequest[];
  /** The pauses that were asked for, in milliseconds. They are not waited for. */
  readonly pausesMs: readonly number[];
}

async function call(
  respond: Respond,
  request: Omit<JsonRequest, "origin">,
  limits: Partial<HttpLimits> = {},
): Promise<Called> {
  const server: RawHttpServer = await startRawHttpServer(respond);
  const pausesMs: number[] = [];
  const clock = {
    now: () => systemClock.now(),
    sleep: async ({ ms }: { readonly ms: number }) => {
      pausesMs.push(ms);
    },
  };
  try {
    const settings = { timeoutMs: 2_000, clock, random: () => 0.5, ...limits };
    const result = await requestJson({ ...request, origin: server.url }, settings).catch((error: unknown) => error);
    return { result, requests: server.requests, pausesMs };
  } finally {
    await server.close();
  }
}

/** Answers the first requests in these ways, and all others well. */
function firstly(...answers: (Buffer | ((socket: net.Socket) => unknown))[]): Respond {
  return ({ index }, socket) => {
    const answer = answers[index] ?? jsonAnswer(200, { good: true });
    if (typeof answer === "function") answer(socket);
    else socket.write(answer);
  };
}

const good = { status: 200, json: { good: true } };

describe("a request of a store", () => {
  test("sends secrets as what they hold, in headers and anywhere in the body", async () => {
    const { result, requests } = await call(firstly(), write);

    expect(result).toMatchObject(good);
    expect(requests).toHaveLength(1);
    expect(requests[0]).toMatchObject({ method: "POST", path: "/v1/thing" });
    expect(requests[0]?.headers).toMatchObject({ "x-token": "hidden-token", "content-type": "application/json" });
    expect(requests[0]?.body).toBe('{"value":"hidden-value","list":["hidden-item"]}');
  });

  test("sends nothing, and no type of it, where there is no body", async () => {
    const { requests } = await call(firstly(), read);

    expect(requests[0]).toMatchObject({ method: "GET", path: "/v1/thing?a=b", body: "" });
    expect(Object.keys(requests[0]?.headers ?? {})).not.toContain("content-type");
  });

  test.each([302, 400, 403, 404, 409, 412, 472])("is answered for good by %i", async (status) => {
    const { result, requests } = await call(
      firstly(jsonAnswer(status, { errors: ["x"] }, status === 302 ? { location: "http://127.0.0.1:1/" } : {})),
      read,
    );

    expect(result).toMatchObject({ status });
    expect(requests).toHaveLength(1);
  });

  test.each([
    ["the page of a proxy", httpAnswer(502, "<html>hidden</html>", { "content-type": "text/html" }), 502],
    ["JSON that is cut short", httpAnswer(200, '{"value": "hid', { "content-type": "application/json" }), 200],
    ["nothing", httpAnswer(204), 204],
  ])("has no JSON where the answer is %s", async (_name, answer, status) => {
    const { result } = await call(firstly(answer), { ...read, isIdempotent: false });

    expect(result).toMatchObject({ status, json: undefined });
  });

  test("gives the headers of the answer, by names in lower case", async () => {
    const { result } = await call(firstly(jsonAnswer(200, {}, { "X-Vault-Index": "abc" })), read);

    expect(result).toMatchObject({ headers: { "x-vault-index": "abc" } });
  });
});

const passing: [string, Buffer | ((socket: net.Socket) => unknown)][] = [
  ["429", jsonAnswer(429, {})],
  ["500", jsonAnswer(500, {})],
  ["502 with a page", httpAnswer(502, "<html>", { "content-type": "text/html" })],
  ["503", jsonAnswer(503, {})],
  ["504", jsonAnswer(504, {})],
  ["a reset", (socket) => socket.resetAndDestroy()],
  ["the end instead of an answer", (socket) => socket.end()],
  ["half of an answer", (socket) => socket.end(jsonAnswer(200, { good: true }).subarray(0, -5))],
];

describe.each(passing)("%s", (name, answer) => {
  test("is overcome by a request that may be sent twice, after a pause that grows", async () => {
    const { result, requests, pausesMs } = await call(firstly(answer, answer), read);

    expect(result).toMatchObject(good);
    expect(requests).toHaveLength(3);
    expect(pausesMs).toEqual([125, 250]);
  });

  test("ends a request that may not be sent twice", async () => {
    const { result, requests } = await call(firstly(answer), write);

    expect(requests).toHaveLength(1);
    if (/^\d/.test(name)) expect(result).toMatchObject({ status: Number(name.slice(0, 3)) });
    else expect(result).toMatchObject({ code: "STORE_UNREACHABLE", mayHaveHappened: true });
  });
});

describe("a request that is sent again", () => {
  test("is given up after four tries, with the last answer", async () => {
    const { result, requests } = await call(
      (_request, socket) => socket.write(jsonAnswer(503, { sealed: true })),
      read,
    );

    expect(result).toMatchObject({ status: 503, json: { sealed: true } });
    expect(requests).toHaveLength(4);
  });

  test("waits as long as it is asked to, and a little longer", async () => {
    const date = "Mon, 02 Mar 2026 10:00:00 GMT";
    const asDate = { date, "retry-after": "Mon, 02 Mar 2026 10:00:05 GMT" };

    const { result, pausesMs } = await call(
      firstly(jsonAnswer(429, {}, { "retry-after": "3" }), jsonAnswer(503, {}, asDate)),
      read,
    );

    expect(result).toMatchObject(good);
    expect(pausesMs).toEqual([3_125, 5_250]);
  });

  test("is not sent again where the pause asked for is too long", async () => {
    const { result, requests } = await call(firstly(jsonAnswer(429, {}, { "retry-after": "60" })), read);

    expect(result).toMatchObject({ status: 429 });
    expect(requests).toHaveLength(1);
  });

  test("is sent again for other statuses that the store knows to pass", async () => {
    const { result } = await call(firstly(jsonAnswer(412, {})), read, { passingStatuses: [412] });

    expect(result).toMatchObject(good);
  });
});

describe("no answer", () => {
  test("within the time limit ends the request, and says so without what was sent", async () => {
    const { result, requests } = await call(() => undefined, write, { timeoutMs: 100 });

    expect(result).toMatchObject({ code: "STORE_UNREACHABLE", mayHaveHappened: true });
    expect(String(result)).toContain("no answer within 0.1 s");
    expect(String(result)).not.toContain("hidden");
    expect(requests).toHaveLength(1);
  });

  test("in whole within the time limit is no answer either", async () => {
    const { result } = await call((_request, socket) => socket.write(jsonAnswer(200, {}).subarray(0, -1)), write, {
      timeoutMs: 100,
    });

    expect(result).toMatchObject({ code: "STORE_UNREACHABLE", mayHaveHappened: true });
  });

  test("from a port where nothing listens is known to have changed nothing", async () => {
    const server = await startRawHttpServer(() => undefined);
    await server.close();

    const failure = await requestJson({ ...write, origin: server.url }).catch((error: unknown) => error);

    expect(failure).toMatchObject({ code: "STORE_UNREACHABLE", mayHaveHappened: false });
    expect(String(failure)).toContain(`${server.url} gives no answer: no connection (ECONNREFUSED)`);
  });

  test("of a size that can be kept is taken: a larger one is refused", async () => {
    const { result, requests } = await call(firstly(jsonAnswer(200, { padding: "x".repeat(2_000) })), read, {
      maxAnswerSize: 1_000,
    });

    expect(result).toMatchObject({ code: "STORE_UNREACHABLE" });
    expect(String(result)).toContain("more than 1000 bytes");
    expect(requests).toHaveLength(1);
  });

  test("but bytes of something else are not shown", async () => {
    const { result } = await call((_request, socket) => socket.end("SSH-2.0-hidden\r\n\r\n"), write);

    expect(result).toMatchObject({ code: "STORE_UNREACHABLE" });
    expect(String(result)).not.toContain("hidden");
    expect((result as Error).cause).toBeUndefined();
  });

  test("comes to a header that cannot be sent, and its value is not repeated", async () => {
    const { result, requests } = await call(firstly(), { ...read, headers: { "x-token": new Secret("hidden\n") } });

    expect(String(result)).toContain("a character that cannot be sent");
    expect(String(result)).not.toContain("hidden");
    expect(requests).toHaveLength(0);
  });

  test("is waited for no longer once the caller has gone", async () => {
    const caller = new AbortController();
    const { result, requests } = await call(
      () => {
        caller.abort();
      },
      { ...read, signal: caller.signal },
    );

    expect(result).toMatchObject({ code: "ABORTED", mayHaveHappened: true });
    expect(requests).toHaveLength(1);
  });
});

describe("over TLS", () => {
  const made = makeSelfSignedCertificate(new Date());
  const certificate = new X509Certificate(made.certificateDer).toString();
  const privateKey = made.privateKey.export({ type: "pkcs8", format: "pem" }).toString();

  async function ask(tls: HttpTls | undefined): Promise<unknown> {
    const server = https.createServer(
      { cert: certificate, key: privateKey, requestCert: true, rejectUnauthorized: false },
      (request, response) => {
        const { socket } = request;
        const shown = socket instanceof TLSSocket ? socket.getPeerCertificate() : {};
        response.setHeader("content-type", "application/json");
        response.end(JSON.stringify({ showsCertificate: Object.keys(shown).length > 0 }));
      },
    );
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    try {
      const { port } = server.address() as net.AddressInfo;
      const request = { ...read, origin: `https://127.0.0.1:${port}`, ...(tls ? { tls } : {}) };
      return await requestJson(request).catch((error: unknown) => error);
    } finally {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  }

  test("a server is trusted by the authority that is given", async () => {
    expect(await ask({ ca: certificate, serverName: "localhost" })).toMatchObject({
      status: 200,
      json: { showsCertificate: false },
    });
  });

  test("a certificate is shown if there is one", async () => {
    const tls = {
      ca: certificate,
      serverName: "localhost",
      certificate,
      privateKey: new Secret(privateKey),
    };

    expect(await ask(tls)).toMatchObject({ json: { showsCertificate: true } });
  });

  test("a server that is not trusted is told from one that cannot be reached, and is not asked again", async () => {
    const failure = await ask(undefined);

    expect(failure).toMatchObject({ code: "STORE_UNREACHABLE", mayHaveHappened: false });
    expect(String(failure)).toContain("its certificate is not trusted");
  });
});
