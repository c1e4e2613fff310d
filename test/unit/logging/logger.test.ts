import { createLogger, errorFields, type Logger } from "../../../src/logging/logger";
import type { LogLevel } from "../../../src/logging/log-level";

function loggerInto(lines: string[], level: LogLevel): Logger {
  return createLogger({
    level,
    module: "wire",
    now: () => new Date("2026-01-02T03:04:05.678Z"),
    write: (line) => lines.push(line),
  });
}

test("a line is one JSON object in hclog's form, with six digits of a second", () => {
  const lines: string[] = [];

  loggerInto(lines, "trace").warn("two\nlines", { rpc: "ReadResource", duration_ms: 3 });

  expect(lines).toEqual([
    '{"@level":"warn","@message":"two\\nlines","@module":"wire","@timestamp":"2026-01-02T03:04:05.678000Z","rpc":"ReadResource","duration_ms":3}\n',
  ]);
});

test.each([
  ["trace", ["trace", "debug", "info", "warn", "error"]],
  ["warn", ["warn", "error"]],
  ["off", []],
] as const)("at level %s these levels are written: %s", (level, expected) => {
  const lines: string[] = [];
  const log = loggerInto(lines, level);

  for (const name of ["trace", "debug", "info", "warn", "error"] as const) {
    log[name](name);
  }

  expect(lines.map((line) => (JSON.parse(line) as { "@message": string })["@message"])).toEqual(expected);
});

test("of an error its name, message and frames are logged, and none of its properties", () => {
  const error = Object.assign(new TypeError("no\nsuch thing"), { secret: "hunter2" });

  const fields = errorFields(error);

  expect(fields.error).toBe("TypeError: no\nsuch thing");
  expect(fields.stack).toMatch(/^at .*logger\.test/);
  expect(JSON.stringify(fields)).not.toContain("hunter2");
});

test("a thrown value that is no error is not shown", () => {
  expect(errorFields("hunter2")).toEqual({ error: "a thrown string" });
});
