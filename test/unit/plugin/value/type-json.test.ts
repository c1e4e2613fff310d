import fc from "fast-check";
import { t, type Type } from "../../../../src/plugin/value/type";
import { typeFromJson, typeToJson } from "../../../../src/plugin/value/type-json";
import { arbitraryType } from "../../../support/arbitrary-value";

test.each<[type: Type, json: string]>([
  [t.string, '"string"'],
  [t.dynamic, '"dynamic"'],
  [t.list(t.number), '["list","number"]'],
  [t.map(t.set(t.bool)), '["map",["set","bool"]]'],
  [
    t.object({ b: t.string, a: t.tuple([t.bool, t.number]) }),
    '["object",{"a":["tuple",["bool","number"]],"b":"string"}]',
  ],
])("%j is written as %s", (type, json) => {
  expect(typeToJson(type)).toBe(json);
});

test("every type comes back from JSON", () => {
  fc.assert(
    fc.property(arbitraryType, (type) => {
      expect(typeFromJson(typeToJson(type))).toEqual(type);
    }),
  );
});
