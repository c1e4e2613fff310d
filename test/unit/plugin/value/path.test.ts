import { formatPath, mapKey, path, type Path } from "../../../../src/plugin/value/path";

test.each<[path: Path, text: string]>([
  [path(), ""],
  [path("name"), "name"],
  [path("deliver_to", 0, "secret_id"), "deliver_to[0].secret_id"],
  [path("triggers", mapKey('a "b"')), 'triggers["a \\"b\\""]'],
  [path(1, "name"), "[1].name"],
])("%j is written as %s", (steps, text) => {
  expect(formatPath(steps)).toBe(text);
});
