import { readErrorOf, readMatrix } from "../../../src/evidence/prometheus-answer";
import { Instant } from "../../../src/model/instant";

const servedAt = Instant.parse("2026-03-01T12:00:00Z");

function matrix(...series: [number, string][][]): object {
  return {
    status: "success",
    data: { resultType: "matrix", result: series.map((values) => ({ metric: {}, values })) },
  };
}

test.each<[string, [number, string][][], number | undefined]>([
  ["one series", [[[1, "2.5"]]], 2.5],
  ["several series, added up", [[[1, "2"]], [[1, "3"]]], 5],
  ["a series that has no point then", [[[1, "2"]], [[2, "3"]]], 2],
  ["no series", [], undefined],
  ["no number", [[[1, "NaN"]]], undefined],
  ["no number in one of several", [[[1, "NaN"]], [[1, "3"]]], undefined],
  ["what no division gives", [[[1, "+Inf"]]], Infinity],
  ["milliseconds", [[[1.0004, "7"]]], 7],
])("reads %s", (_name, series, expected) => {
  const samples = readMatrix({ json: matrix(...series), servedAt });
  if ("problem" in samples) throw new Error(samples.problem);
  expect(samples.valueAt(Instant.ofEpochMs(1000))).toBe(expected);
});

test.each<[string, unknown, RegExp]>([
  ["a vector", { status: "success", data: { resultType: "vector", result: [] } }, /not that of a range query/],
  ["another service's JSON", { hello: "leaked" }, /not that of a range query/],
  ["a list", [], /not that of a range query/],
  ["histograms in place of numbers", matrix([[1, 2 as unknown as string]]), /not that of a range query/],
  ["a warning", { ...matrix([[1, "0"]]), warnings: ["leaked"] }, /may not be complete/],
])("refuses %s without showing it", (_name, json, expected) => {
  const samples = readMatrix({ json, servedAt });
  expect("problem" in samples && samples.problem).toMatch(expected);
  expect(JSON.stringify(samples)).not.toContain("leaked");
});

test("an error is read, and nothing else is taken for one", () => {
  expect(readErrorOf({ status: "error", errorType: "bad_data", error: "parse error" })).toBe("bad_data: parse error");
  expect(readErrorOf({ detail: "parse error" })).toBeUndefined();
});
