/** Reading bodies: what is JSON, what is not, and what is cut short. */
import { gzipSync } from "node:zlib";
import { maxBodySize, readJson } from "../../../src/client/body";

const json = { contentType: "application/json", contentEncoding: "" };

test.each([
  ["JSON", "[1]", json, [1]],
  ["JSON by another name", '{"a":1}', { ...json, contentType: "application/problem+json" }, { a: 1 }],
  ["JSON without a name", "[1]", { ...json, contentType: "" }, [1]],
  ["JSON that says it is not encoded", "[1]", { ...json, contentEncoding: "identity" }, [1]],
  ["null", "null", json, null],
  ["an empty body", "", json, undefined],
  ["a page", "<html>", { ...json, contentType: "text/html" }, undefined],
  ["JSON in a page's clothes", "[1]", { ...json, contentType: "text/plain" }, undefined],
])("%s is read", async (_name, text, headers, expected) => {
  expect(await readJson(Buffer.from(text), headers)).toEqual(expected);
});

test("compressed JSON is read", async () => {
  const bytes = gzipSync(JSON.stringify([1]));
  expect(await readJson(bytes, { ...json, contentEncoding: "gzip" })).toEqual([1]);
});

test.each([
  ["JSON that is cut short", Buffer.from('[{"api_key":"pb_live_x'), json, "incomplete"],
  ["a page that says it is JSON", Buffer.from("<html>pb_live_x"), json, "incomplete"],
  ["an encoding that was not asked for", Buffer.from("x"), { ...json, contentEncoding: "br" }, "garbled"],
  ["gzip that is none", Buffer.from("pb_live_x"), { ...json, contentEncoding: "gzip" }, "garbled"],
  ["gzip that is cut short", gzipSync("[1,2,3]").subarray(0, 12), { ...json, contentEncoding: "gzip" }, "garbled"],
  [
    "gzip that swells beyond the limit",
    gzipSync(Buffer.alloc(maxBodySize + 1)),
    { ...json, contentEncoding: "gzip" },
    "garbled",
  ],
])("%s is refused without quoting it", async (_name, bytes, headers, failure) => {
  const reading = readJson(bytes, headers);
  await expect(reading).rejects.toMatchObject({ name: "UnreadableBody", failure });
  await expect(reading).rejects.not.toThrow(/pb_live/);
});
