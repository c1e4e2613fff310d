/**
 * No secret gets out of the client by way of an error, a log line or an inspection.
 *
 * The API of this test is hostile: it repeats everything that it is sent, and puts new secrets where they do not belong.
 */
import { inspect } from "node:util";
import { createKeyApiClient, type Credentials, type KeyApiClient } from "../../src/client";
import { Secret } from "../../src/model/secret";
import { skippingClock } from "../support/client";
import {
  httpAnswer,
  jsonAnswer,
  startRawHttpServer,
  type RawHttpServer,
  type RawRequest,
} from "../support/raw-http-server";

/** Every secret of this test has this word in it. */
const mark = "zqxj";
const key = `pb_live_${mark}-management`;
const token = `opaque-${mark}-token`;
const password = `pass ${mark} word`;
const tried = `odd-${mark}-tried`;

const everyCredential: [string, Credentials][] = [
  ["a key", { kind: "key", secret: new Secret(key) }],
  ["a token", { kind: "token", token: new Secret(token) }],
  ["a login", { kind: "login", email: "ann@acme.example", password: new Secret(password), projectId: "p1" }],
];

function echo({ headers, body }: RawRequest): string {
  return [headers["x-api-key"], headers["authorization"], body].filter(Boolean).join(" ");
}

const newKeyCut = `{"id":"k1","name":"n","api_key":"pb_live_${mark}-new`;

const hostileAnswers: [string, (request: RawRequest) => Buffer][] = [
  ["repeats all in a message", (request) => jsonAnswer(400, { detail: echo(request) })],
  ["repeats all in a code", (request) => jsonAnswer(401, { error: { code: echo(request), message: echo(request) } })],
  ["repeats all in a field", (request) => jsonAnswer(422, { detail: [{ loc: [echo(request)], msg: echo(request) }] })],
  ["repeats all in a request id", (request) => jsonAnswer(500, { detail: "x", request_id: echo(request) })],
  ["repeats all in a header", (request) => jsonAnswer(403, { detail: "x" }, { "x-request-id": echo(request) })],
  ["repeats all in a redirect", (request) => httpAnswer(302, "", { location: `/?${encodeURI(echo(request))}` })],
  ["repeats all in a page", (request) => httpAnswer(502, echo(request), { "content-type": "text/html" })],
  ["repeats all as a type", (request) => httpAnswer(502, "x", { "content-type": `text/${echo(request)}` })],
  ["repeats all in an answer of another form", (request) => jsonAnswer(200, { [echo(request)]: echo(request) })],
  ["puts secrets where ids should be", () => jsonAnswer(200, [{ id: [`pb_live_${mark}`], name: "n" }])],
  ["puts a secret where a time should be", () => jsonAnswer(200, [{ id: "k", name: "n", created_at: mark }])],
  ["cuts a new secret short", () => httpAnswer(201, newKeyCut, { "content-type": "application/json" })],
  ["hands a new secret out without HTTP", () => Buffer.from(`${newKeyCut}"}\r\n\r\n`)],
  ["hands a new secret out in a wrong form", () => jsonAnswer(201, { name: "n", api_key: `pb_live_${mark}-new` })],
  ["ends without a word", () => Buffer.alloc(0)],
];

const everyCall: [string, (client: KeyApiClient) => Promise<unknown>][] = [
  ["list", (client) => client.list()],
  ["create", (client) => client.create({ name: "a-b", scopes: ["read"] })],
  ["update", (client) => client.update("k1", { name: "n" })],
  ["revoke", (client) => client.revoke("k1")],
  ["authenticates", (client) => client.authenticates(new Secret(tried))],
  ["projects", (client) => client.projects()],
  ["activity", (client) => client.activity()[Symbol.asyncIterator]().next()],
  ["activityPages", (client) => client.activityPages()[Symbol.asyncIterator]().next()],
];

let server: RawHttpServer | undefined;

afterEach(() => server?.close());

describe.each(everyCredential)("with %s", (_credential, credentials) => {
  test.each(hostileAnswers)("an API that %s does not bring a secret out", async (_answer, respond) => {
    server = await startRawHttpServer((request, socket) => {
      const isLogin = request.path.startsWith("/v1/auth/") || request.path.startsWith("/v1/projects/switch");
      // Every second login succeeds, so that both it and the calls behind it meet the hostile answer.
      if (isLogin && request.index % 2 === 0) {
        socket.write(jsonAnswer(200, { access_token: `opaque-${mark}-issued`, token_type: "bearer" }));
      } else {
        socket.end(respond(request));
      }
    });
    const log: string[] = [];
    let failures = 0;
    for (const [name, act] of everyCall) {
      const client = createKeyApiClient({
        endpoint: server.url,
        credentials,
        userAgent: "keyturn/0.0.0",
        maxRetries: 1,
        clock: skippingClock(),
        logger: { debug: (message, fields) => log.push(message, JSON.stringify(fields ?? {})) },
      });
      const error: unknown = await act(client)
        .catch((thrown: unknown) => {
          failures += 1;
          return thrown;
        })
        .finally(() => client.close());
      const shown = [
        String(error),
        JSON.stringify(error),
        error instanceof Error ? error.stack : "",
        inspect(error, { depth: 20, showHidden: true, getters: true }),
        inspect(client, { depth: 20, showHidden: true, getters: true }),
        JSON.stringify(client),
      ].join("\n");
      expect({ name, shown }).toEqual({ name, shown: expect.not.stringContaining(mark) as string });
    }
    expect(failures).toBeGreaterThan(0);
    expect(log.length).toBeGreaterThan(0);
    expect(log.join("\n")).not.toContain(mark);
  });
});
