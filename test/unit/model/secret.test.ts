import assert from "node:assert";
import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import querystring from "node:querystring";
import { format, inspect, isDeepStrictEqual } from "node:util";
import v8 from "node:v8";
import { MessageChannel, receiveMessageOnPort } from "node:worker_threads";
import { Console } from "node:console";
import { PassThrough } from "node:stream";
import { createLogger, errorFields, type LogFields } from "../../../src/logging/logger";
import { KeyturnError } from "../../../src/model/error";
import { Secret } from "../../../src/model/secret";

const value = "pb_live_do_not_print";

/** What a type checker would refuse, and what somebody does all the same in JavaScript. */
const untyped = (secret: Secret): never => secret as never;

function consoleOutput(print: (console: Console) => void): string {
  const stdout = new PassThrough();
  print(new Console({ stdout, stderr: stdout }));
  return String(stdout.read());
}

function messageOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    return inspect(error, { depth: 9, showHidden: true });
  }
  throw new Error("nothing was thrown");
}

function posted(secret: Secret): unknown {
  const { port1, port2 } = new MessageChannel();
  port1.postMessage({ secret });
  const received = receiveMessageOnPort(port2);
  port1.close();
  return received;
}

/** Everything that can be seen of a value without its methods. */
const bare = { customInspect: false, showHidden: true, depth: 9, showProxy: true };

/** The ways in which a value gets out by accident. */
const ways: readonly (readonly [string, (secret: Secret) => string])[] = [
  ["a template string", (secret) => `${secret}`],
  ["a raw template string", (secret) => String.raw`${secret}`],
  ["concatenation", (secret) => "key: " + String(secret)],
  ["the method that concatenates", (secret) => "key: ".concat(untyped(secret))],
  ["joining a list", (secret) => [secret, secret].join()],
  ["a locale's form", (secret) => secret.toLocaleString()],
  ["a conversion to a number", (secret) => String(Number(secret))],
  ["JSON", (secret) => JSON.stringify({ secret, list: [secret] }, null, 2)],
  ["the inspector", (secret) => inspect({ nested: { secret } }, { depth: 9, showHidden: true })],
  ["the inspector without its own form", (secret) => inspect({ nested: { secret } }, bare)],
  ["the inspector through a proxy", (secret) => inspect(new Proxy(secret, {}), bare)],
  ["the inspector in a collection", (secret) => inspect([new Map([[secret, secret]]), new Set([secret])], bare)],
  ["the inspector of its class", () => inspect(Secret, bare)],
  ["every placeholder of format", (secret) => format("%s %o %O %j %d %i %f %c", ...Array<Secret>(8).fill(secret))],
  [
    "the console",
    (secret) =>
      consoleOutput((console) => {
        console.log("%s", secret, { secret });
      }),
  ],
  [
    "the console's other ways",
    (secret) =>
      consoleOutput((console) => {
        console.dir({ secret }, bare);
        console.table([{ secret }]);
      }),
  ],
  ["an error message", (secret) => new Error(`refused ${secret}`).stack ?? ""],
  ["the cause of an error", (secret) => inspect(new Error("refused", { cause: { secret } }), bare)],
  [
    "an error of ours",
    (secret) => inspect(new KeyturnError("INVALID_VALUE", `refused ${secret}`, { cause: secret }), bare),
  ],
  ["a collection of errors", (secret) => inspect(new AggregateError([secret], "refused"), bare)],
  [
    "a failed comparison of Node's",
    (secret) =>
      messageOf(() => {
        assert.deepStrictEqual({ secret }, { secret: value.length });
      }),
  ],
  [
    "a failed comparison with another secret",
    (secret) =>
      messageOf(() => {
        assert.strictEqual(secret, new Secret("another"));
      }),
  ],
  [
    "a failed comparison of Jest's",
    (secret) =>
      messageOf(() => {
        expect({ secret }).toEqual({ secret: 1 });
      }),
  ],
  [
    "a failed call of Jest's",
    (secret) =>
      messageOf(() => {
        expect(jest.fn().mockReturnValue(secret)(secret)).toBeNull();
      }),
  ],
  [
    "its own properties",
    (secret) =>
      inspect([Reflect.ownKeys(secret), Object.getOwnPropertyDescriptors(secret), Object.entries(secret)], bare),
  ],
  ["a spread, and a copy", (secret) => inspect([{ ...(secret as object) }, Object.assign({}, secret)], bare)],
  ["a structured clone", (secret) => inspect(structuredClone({ secret }), bare)],
  ["a message to another thread", (secret) => inspect(posted(secret), bare)],
  ["V8's serialisation", (secret) => v8.serialize({ secret }).toString("latin1")],
  ["a query string", (secret) => querystring.stringify({ secret: untyped(secret) })],
  ["search parameters", (secret) => new URLSearchParams({ secret: untyped(secret) }).toString()],
  ["a URL", (secret) => new URL(`http://localhost/?${encodeURIComponent(untyped(secret))}`).href],
  ["a header", (secret) => inspect([...new Headers({ secret: untyped(secret) })], bare)],
  ["a buffer", (secret) => Buffer.from(untyped(secret)).toString()],
  [
    "a file",
    (secret) =>
      messageOf(() => {
        writeFileSync("/dev/null", untyped(secret));
      }),
  ],
  ["a hash", (secret) => messageOf(() => createHash("sha256").update(untyped(secret)))],
  [
    "a method that is called on something else",
    () => messageOf(() => (Object.create(Secret.prototype) as Secret).reveal()),
  ],
  [
    "a diagnostic report of the process",
    (secret) => JSON.stringify(process.report.getReport(new Error(`refused ${secret}`))),
  ],
];

/** These show nothing of any object, so they cannot tell a secret from another one. */
const blind = [
  "a conversion",
  "of its class",
  "a query string",
  "a buffer",
  "a file",
  "a hash",
  "a method that is called",
];

/** What a secret would be without its care. */
class Careless {
  constructor(readonly value: string) {}

  toString(): string {
    return this.value;
  }
}

describe("Secret", () => {
  const secret = new Secret(value);

  test.each(ways)("is not shown by %s", (_name, print) => {
    expect(print(secret)).not.toContain("do_not_print");
  });

  test.each(ways.filter(([name]) => !blind.some((each) => name.includes(each))))(
    "needs its care, since a plain object is shown by %s",
    (_name, print) => {
      expect(print(untyped(new Careless(value) as unknown as Secret))).toContain("do_not_print");
    },
  );

  test.each<[string, LogFields]>([
    ["as an error", errorFields(secret)],
    ["in an error", errorFields(new Error(`refused ${secret}`, { cause: secret }))],
    ["as a field that the types refuse", { reason: untyped(secret) }],
  ])("is not logged %s", (_name, fields) => {
    const lines: string[] = [];
    const now = (): Date => new Date(0);
    createLogger({ write: (line) => lines.push(line), level: "trace", module: "test", now }).error(
      `about ${secret}`,
      fields,
    );
    expect(lines).toHaveLength(1);
    expect(lines.join()).not.toContain("do_not_print");
  });

  test("is revealed on demand only", () => {
    expect(secret.reveal()).toBe(value);
    expect(`${secret}`).toBe("(sensitive value)");
  });

  test("takes no properties on, so that nothing prints it in another way", () => {
    expect(() => Object.assign(secret, { toJSON: () => secret.reveal() })).toThrow(TypeError);
    expect(JSON.stringify(secret)).toBe('"(sensitive value)"');
  });

  test("is like every other one in a deep comparison, which therefore proves nothing", () => {
    expect(isDeepStrictEqual(secret, new Secret("another"))).toBe(true);
    expect(secret.reveal()).not.toBe(new Secret("another").reveal());
  });
});
