import { mapKey, path, t, UNKNOWN, type Path, type Value } from "../../../src/framework";
import { nullElements } from "../../../src/framework/null-elements";
import type { Type } from "../../../src/framework/schema";

test.each<[name: string, type: Type, value: Value, places: Path[]]>([
  ["a null attribute is allowed", t.object({ a: t.string }), { a: null }, []],
  ["an unknown list is allowed", t.list(t.string), UNKNOWN, []],
  ["an unknown element is allowed", t.list(t.string), [UNKNOWN], []],
  ["a null in a list is found at its index", t.list(t.string), ["a", null], [path(1)]],
  ["a null in a set is found at the set", t.object({ a: t.set(t.string) }), { a: ["a", null] }, [path("a")]],
  ["a null in a map is found at its key", t.map(t.string), { "a b": null }, [path(mapKey("a b"))]],
  ["a null in a tuple is allowed", t.tuple([t.string]), [null], []],
  [
    "nulls are found inside objects of lists",
    t.list(t.object({ a: t.list(t.number) })),
    [{ a: [null] }, null],
    [path(0, "a", 0), path(1)],
  ],
])("%s", (_name, type, value, places) => {
  expect(nullElements(type, value)).toEqual(places);
});
