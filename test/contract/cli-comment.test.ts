/**
 * `keyturn comment` as pipelines use it, against servers that answer as GitHub and GitLab document it.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { connect, type AddressInfo, type Socket } from "node:net";
import path from "node:path";
import { comment } from "../../src/cli/comment";
import type { CommandEnvironment } from "../../src/cli/command-environment";
import { runProgram } from "../../src/cli/program";
import type { Clock } from "../../src/model/clock";
import { Instant } from "../../src/model/instant";
import { FakeCodeHost } from "../support/fake-code-host";
import { goldenFolder } from "../support/golden";
import { runCommand } from "../support/run";
import { tracesOfSecret } from "../support/secret-traces";
import { temporaryFolder } from "../support/temporary-folder";

const root = temporaryFolder();
let runs = 0;

const marker = "<!-- keyturn-review 0123456789abcdef -->";
const report = (words: string): string => `✅ **No objection.** ${words}\n\n${marker}\n`;

interface Ran {
  readonly status: number;
  readonly printed: string;
  readonly errors: string;
}

function environmentOf(
  host: FakeCodeHost,
  { text, variables }: { readonly text: string; readonly variables: Readonly<Record<string, string>> },
): { readonly environment: CommandEnvironment; readonly printed: string[]; readonly errors: string[] } {
  runs += 1;
  const folder = path.join(root, String(runs));
  mkdirSync(folder);
  writeFileSync(path.join(folder, "report.md"), text);
  const printed: string[] = [];
  const errors: string[] = [];
  const environment: CommandEnvironment = {
    variables: { ...host.variables, ...variables },
    currentFolder: folder,
    isTerminal: false,
    isInputTerminal: false,
    readInput: () => Promise.resolve(Buffer.from(text)),
    print: (line) => printed.push(line),
    printError: (line) => errors.push(line),
    untilStopped: () => Promise.resolve(),
    onSignal: () => ({ stop: () => undefined }),
  };
  return { environment, printed, errors };
}

/** Runs the command with a report in the current folder. */
async function run(
  host: FakeCodeHost,
  {
    words = [],
    text = report("first"),
    variables = {},
    file = "report.md",
  }: {
    readonly words?: readonly string[];
    readonly text?: string;
    readonly variables?: Readonly<Record<string, string>>;
    readonly file?: string;
  } = {},
): Promise<Ran> {
  const { environment, printed, errors } = environmentOf(host, { text, variables });
  const status = await runProgram(["comment", file, ...words], environment);
  const ran = { status, printed: printed.join("\n"), errors: errors.join("\n").trim() };
  expect(tracesOfSecret(JSON.stringify(ran), host.token)).toEqual([]);
  return ran;
}

/** Runs it with a clock that does not wait, and tells how long it would have. */
async function runPatiently(host: FakeCodeHost): Promise<{ readonly pauses: number[]; readonly error: unknown }> {
  const pauses: number[] = [];
  const clock: Clock = {
    now: () => Instant.parse("2026-03-01T12:00:00Z"),
    sleep: ({ ms }) => {
      pauses.push(ms);
      return Promise.resolve();
    },
  };
  const { environment } = environmentOf(host, { text: report("first"), variables: {} });
  const error = await comment("report.md", {}, environment, clock).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  return { pauses, error };
}

describe.each(["github", "gitlab"] as const)("on %s", (kind) => {
  let host: FakeCodeHost;
  beforeEach(async () => {
    host = await FakeCodeHost.start(kind);
  });
  afterEach(async () => {
    await host.close();
  });
  const other = kind === "github" ? "mallory" : "666";
  const place = kind === "github" ? "acme/keys#7" : "42!7";

  test("the first report is a new comment, and the next ones take its place", async () => {
    const first = await run(host);
    expect(first).toMatchObject({ status: 0, errors: "" });
    expect(first.printed).toMatch(/^the comment was created: https:\/\/.*1001$/);
    const second = await run(host, { text: report("second") });
    expect(second.printed).toMatch(/^the comment was updated: https:\/\/.*1001$/);
    const third = await run(host, { text: report("second"), file: "-" });
    expect(third.printed).toMatch(/^the comment is up to date: https:\/\/.*1001$/);
    expect(host.comments.map(({ body }) => body)).toEqual([report("second")]);
    expect(host.writes).toEqual(["POST", kind === "github" ? "PATCH" : "PUT"]);
  });

  test("a comment of somebody else with a copy of the marker is left alone", async () => {
    const copied = host.add(other, report("everything is fine"));
    const ran = await run(host);
    expect(ran.printed).toMatch(/^the comment was created: .*1002$/);
    await run(host, { text: report("second") });
    expect(copied.body).toBe(report("everything is fine"));
    expect(host.comments).toHaveLength(2);
  });

  test("another comment of the same token is left alone", async () => {
    const others = [
      host.add(host.self, "coverage is 91 %"),
      host.add(host.self, report("other stacks").replace("0123", "3210")),
      host.add(host.self, `somebody asks what ${marker} means`),
      host.add(host.self, `${marker}\n\nand more below it`),
    ].map(({ body }) => body);
    await run(host);
    expect(host.comments.map(({ body }) => body)).toEqual([...others, report("first")]);
  });

  test("it is found behind hundreds of others, and with line ends of another kind", async () => {
    for (let count = 0; count < 230; count += 1) host.add(other, `comment ${count}`);
    const own = host.add(host.self, report("first").replaceAll("\n", "\r\n"));
    for (let count = 0; count < 20; count += 1) host.add(other, `later comment ${count}`);
    expect((await run(host)).printed).toContain("up to date");
    expect((await run(host, { text: report("second") })).printed).toContain("updated");
    expect(own.body).toBe(report("second"));
    expect(host.comments).toHaveLength(251);
    // The token was sent to no other place than the one that it is for.
    expect(host.requests.every(({ authorization }) => authorization === `Bearer ${host.token}`)).toBe(true);
  });

  test("two runs at the same time leave one comment", async () => {
    await Promise.all([run(host, { text: report("one") }), run(host, { text: report("two") })]);
    expect(host.comments).toHaveLength(1);
    await run(host, { text: report("three") });
    expect(host.comments.map(({ body }) => body)).toEqual([report("three")]);
  });

  test("a second comment that an earlier race has left is removed", async () => {
    host.add(host.self, report("one"));
    host.add(other, report("copied"));
    host.add(host.self, report("two"));
    await run(host, { text: report("three") });
    expect(host.comments.map(({ body }) => body)).toEqual([report("three"), report("copied")]);
  });

  test("a name takes the place of the stacks, so that the comment stays the same when they change", async () => {
    await run(host, { words: ["--name", "keys"] });
    const changed = report("second").replace("0123", "4567");
    expect((await run(host, { text: changed, words: ["--name", "keys"] })).printed).toContain("updated");
    expect((await run(host, { text: changed, words: ["--name", "other"] })).printed).toContain("created");
    expect(host.comments).toHaveLength(2);
  });

  test("a dry run changes nothing", async () => {
    expect((await run(host, { words: ["--dry-run"] })).printed).toBe("the comment would be created");
    host.add(host.self, report("before"));
    expect((await run(host, { words: ["--dry-run"] })).printed).toMatch(/^the comment would be updated: .*1001$/);
    expect(host.writes).toEqual([]);
  });

  test("a creation that was answered with a failure, and took effect, is not repeated", async () => {
    let isFailed = false;
    host.fault = ({ method, path: asked }) => {
      if (isFailed || method !== "POST" || asked.endsWith("/graphql")) return undefined;
      isFailed = true;
      return { status: 502, body: { message: "Bad Gateway" }, isDone: true };
    };
    const { pauses, error } = await runPatiently(host);
    expect(error).toBeUndefined();
    expect(pauses).toEqual([2000]);
    expect(host.comments.map(({ body }) => body)).toEqual([report("first")]);
  });

  test("a host that stays broken is given up after four attempts", async () => {
    host.fault = () => ({ status: 503, body: "<html>" });
    const { pauses, error } = await runPatiently(host);
    expect(pauses).toEqual([2000, 4000, 8000]);
    expect(error).toMatchObject({ code: "API_FAILED" });
  });

  test("a host that cannot be reached is said to be", async () => {
    const { variables } = host;
    await host.close();
    const [, address] = Object.entries(variables).find(([name]) => /API/.test(name)) ?? ["", ""];
    host = await FakeCodeHost.start(kind);
    // Nobody listens there any more, unless the new server got the same port.
    expect(address).not.toContain(host.url);
    const unreachable = { variables, token: host.token } as unknown as FakeCodeHost;
    const { error } = await runPatiently(unreachable);
    expect(error).toMatchObject({ code: "UNREACHABLE", message: expect.stringContaining("ECONNREFUSED") as string });
  });

  test.each<[string, Record<string, string>, number]>([
    ["as long as it says", { "retry-after": "7" }, 7000],
    [
      "until its limit is renewed",
      {
        [kind === "github" ? "x-ratelimit-reset" : "ratelimit-reset"]: String(Date.UTC(2026, 2, 1, 12, 0, 30) / 1000),
        "x-ratelimit-remaining": "0",
      },
      31_000,
    ],
    ["a minute, where it does not say", {}, 60_000],
  ])("a rate limit is waited for %s", async (_name, headers, pauseMs) => {
    let count = 0;
    host.fault = () => {
      count += 1;
      const message = "You have exceeded a secondary rate limit";
      return count === 1 ? { status: kind === "github" ? 403 : 429, headers, body: { message } } : undefined;
    };
    const { pauses, error } = await runPatiently(host);
    expect(error).toBeUndefined();
    expect(pauses).toEqual([pauseMs]);
  });

  test("a rate limit that lasts is an error that says how long", async () => {
    host.fault = () => ({ status: 429, headers: { "retry-after": "1800" }, body: { message: "slow down" } });
    const { pauses, error } = await runPatiently(host);
    expect(pauses).toEqual([]);
    expect(error).toMatchObject({ code: "RATE_LIMITED" });
    expect((error as Error).message).toMatch(/answers 429 \(slow down\); it asks to wait 1800 seconds$/);
  });

  const permission = kind === "github" ? /pull-requests: write`; a run for a pull request from a fork/ : /scope api/;
  test.each<[string, number, unknown, RegExp]>([
    ["a token without the permission", 403, { message: "Resource not accessible by integration" }, permission],
    ["a token that has expired", 401, { message: "Bad credentials" }, /the token is not valid, or has expired/],
    ["a pull request that is not there", 404, { message: "Not Found" }, /there is no such .* may not see it/],
    ["a refusal", 422, { message: "Validation Failed" }, /answers 422 \(Validation Failed\)/],
    ["another server", 200, { hello: "world" }, /check the address of the API/],
    ["a message with escape sequences", 422, { message: "\u001b[31mred\u202e" }, /answers 422 \( \[31mred \)/],
  ])("%s is told in one line", async (_name, status, body, words) => {
    host.fault = ({ method }) => (method === "GET" ? { status, body } : undefined);
    const ran = await run(host);
    expect(ran).toMatchObject({ status: 1, printed: "" });
    expect(ran.errors).toMatch(words);
    expect(ran.errors).toContain(place);
    expect(ran.errors.split("\n")).toHaveLength(1);
  });

  test("a token that may read and not write is told so at once", async () => {
    host.fault = ({ method, path: asked }) =>
      method === "POST" && !asked.endsWith("/graphql") ? { status: 403, body: { message: "Forbidden" } } : undefined;
    const ran = await run(host);
    expect(ran).toMatchObject({ status: 1, printed: "" });
    expect(ran.errors).toMatch(/^keyturn: cannot comment on .* answers 403 \(Forbidden\); the token may not do this/);
    expect(host.writes).toEqual(["POST"]);
  });

  test("the proxy of the environment is used, but not where NO_PROXY says so", async () => {
    const tunnels: string[] = [];
    const proxy = createServer().on("connect", (request, client: Socket) => {
      tunnels.push(request.url ?? "");
      const { hostname, port } = new URL(host.url);
      const upstream = connect(Number(port), hostname, () => {
        client.write("HTTP/1.1 200 OK\r\n\r\n");
        upstream.pipe(client).pipe(upstream);
      });
      for (const socket of [client, upstream]) socket.on("error", () => socket.destroy());
    });
    await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
    const HTTP_PROXY = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    try {
      const variables = { HTTP_PROXY, NO_PROXY: "127.0.0.1" };
      expect((await run(host, { variables })).status).toBe(0);
      expect(tunnels).toEqual([]);
      expect((await run(host, { variables: { HTTP_PROXY }, text: report("second") })).status).toBe(0);
      expect(new Set(tunnels)).toEqual(new Set([new URL(host.url).host]));
    } finally {
      proxy.closeAllConnections();
      proxy.close();
    }
    expect(host.comments.map(({ body }) => body)).toEqual([report("second")]);
  });

  test("the built command does the same, with a real report", async () => {
    const folder = path.join(root, `built-${kind}`);
    mkdirSync(folder);
    writeFileSync(path.join(folder, "plan.json"), readFileSync(path.join(goldenFolder, "rotate-due", "plan.json")));
    const keyturn = (...words: readonly string[]): ReturnType<typeof runCommand> =>
      runCommand(process.execPath, [path.resolve(__dirname, "../../dist/bundle/keyturn.js"), ...words], {
        cwd: folder,
        env: { PATH: process.env["PATH"] ?? "", ...host.variables },
      });
    expect((await keyturn("review", "--plan", "plan.json", "--format", "markdown", "--out", "r.md")).code).toBe(0);
    expect(await keyturn("comment", "r.md")).toMatchObject({
      code: 0,
      stderr: "",
      stdout: expect.stringMatching(/^the comment was created: /) as string,
    });
    expect(await keyturn("comment", "r.md")).toMatchObject({ code: 0, stderr: "" });
    expect(host.comments.map(({ body }) => body)).toEqual([readFileSync(path.join(folder, "r.md"), "utf8")]);
  });
});

describe("what only GitHub has:", () => {
  let host: FakeCodeHost;
  beforeEach(async () => {
    host = await FakeCodeHost.start("github");
  });
  afterEach(async () => {
    await host.close();
  });
  const event = path.join(root, "event.json");

  test.each<[string, unknown, number]>([
    ["a pull request", { pull_request: { number: 7 } }, 0],
    ["a comment on a pull request", { issue: { number: 7, pull_request: {} } }, 0],
    ["a comment on an issue", { issue: { number: 7 } }, 1],
    ["a push", { ref: "refs/heads/main" }, 1],
  ])("an event that is %s", async (_name, payload, status) => {
    writeFileSync(event, JSON.stringify(payload));
    const ran = await run(host, { variables: { GITHUB_REF: "refs/heads/main", GITHUB_EVENT_PATH: event } });
    expect(ran.status).toBe(status);
    expect(ran.errors).toMatch(status === 0 ? /^$/ : /this run is not for a pull request/);
  });

  test("the permissions that it names are passed on", async () => {
    const headers = { "x-accepted-github-permissions": "issues=write; pull_requests=write" };
    host.fault = ({ method }) => (method === "GET" ? { status: 403, headers, body: { message: "no" } } : undefined);
    expect((await run(host)).errors).toContain("(it names issues=write; pull_requests=write)");
  });

  test("a server of one's own has its other API beside the first", async () => {
    host.fault = ({ path: asked }) =>
      asked.startsWith("/api/v3/") ? { status: 404, body: { message: `asked ${asked}` } } : undefined;
    const ran = await run(host, { variables: { GITHUB_API_URL: `${host.url}/api/v3` } });
    expect(host.requests.map(({ path: asked }) => asked)).toEqual(["/api/graphql"]);
    expect(ran.status).toBe(1);
  });
});

describe("what cannot be done is said before anything is sent:", () => {
  test.each<[string, readonly string[], Record<string, string>, string, RegExp]>([
    ["no token", [], { GITHUB_TOKEN: "" }, report("x"), /there is no token in GITHUB_TOKEN/],
    ["a token in a variable that is not there", ["--token-variable", "MINE"], {}, report("x"), /no token in MINE/],
    ["no repository", [], { GITHUB_REPOSITORY: "" }, report("x"), /the repository is not known; give --repo/],
    ["a repository that is none", ["--repo", "acme"], {}, report("x"), /the repository is not known/],
    ["a number that is none", ["--number", "07"], {}, report("x"), /whole number/],
    ["an address in clear text", ["--api-url", "http://github.example"], {}, report("x"), /begins with https/],
    [
      "an address with a credential",
      ["--api-url", "https://a:b@github.example"],
      {},
      report("x"),
      /without credentials/,
    ],
    ["a text that is no report", [], {}, "hello\n", /report\.md is not a whole report in Markdown; make one with/],
    ["a report that was cut by hand", [], {}, report("x").slice(0, -5), /not a whole report/],
    ["a report that is too long", [], {}, report("x".repeat(65_536)), /and GitHub takes 65536/],
    [
      "no pipeline at all",
      [],
      { GITHUB_ACTIONS: "", GITHUB_REPOSITORY: "" },
      report("x"),
      /neither a job of GitHub Actions nor one of GitLab CI/,
    ],
  ])("%s", async (_name, words, variables, text, message) => {
    const host = await FakeCodeHost.start("github");
    try {
      const ran = await run(host, { words, variables, text });
      expect(ran).toMatchObject({ status: 1, printed: "" });
      expect(ran.errors).toMatch(message);
      expect(host.requests).toEqual([]);
    } finally {
      await host.close();
    }
  });

  test("a file that is not there", async () => {
    const host = await FakeCodeHost.start("github");
    expect((await run(host, { file: "no.md" })).errors).toMatch(/the report no\.md cannot be read \(ENOENT\)/);
    await host.close();
  });
});
