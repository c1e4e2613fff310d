import { PassThrough } from "node:stream";
import { createLogger } from "../../../../src/logging/logger";
import { guardStdout } from "../../../../src/plugin/serving/stdout-guard";

function guarded(): { stream: PassThrough; logged: string[]; write: (text: string) => void } {
  const stream = new PassThrough({ encoding: "utf8" });
  const logged: string[] = [];
  const log = createLogger({
    level: "warn",
    module: "wire",
    now: () => new Date(0),
    write: (line) => logged.push(line),
  });
  return { stream, logged, write: guardStdout(stream, log) };
}

test("only the returned function reaches the stream", () => {
  const { stream, logged, write } = guarded();

  stream.write("stray\n");
  write("1|6|\n");

  expect(stream.read()).toBe("1|6|\n");
  expect(logged).toEqual([expect.stringContaining('"@message":"stray output on stdout was dropped: 6 bytes"')]);
});

test("a writer that waits for its callback goes on", async () => {
  const { stream, logged } = guarded();

  await new Promise((resolve) => stream.write(Buffer.from("stray bytes"), "utf8", resolve));

  expect(logged).toEqual([expect.stringContaining("dropped: 11 bytes")]);
});
