import { defineSchema, t, UNKNOWN, type ObjectValue } from "../../../../src/framework";
import { markUnknown } from "../../../../src/framework/plan/mark-unknown";
import type { Nesting } from "../../../../src/framework/schema";

const attributesNested = (nested: Nesting) =>
  defineSchema({
    version: 0,
    description: "",
    attributes: {
      boxes: {
        nested,
        optional: true,
        description: "",
        attributes: {
          label: { type: t.string, optional: true, description: "" },
          weight: { type: t.number, optional: true, computed: true, description: "" },
        },
      },
    },
  }).attributes;

const light = { label: "light", weight: null };
const heavy = { label: "heavy", weight: 9 };
const marked: ObjectValue = { label: "light", weight: UNKNOWN };

test.each<[nesting: Nesting, config: ObjectValue, planned: ObjectValue, expected: ObjectValue]>([
  ["single", { boxes: light }, { boxes: { ...light, weight: 3 } }, { boxes: marked }],
  ["list", { boxes: [light, heavy] }, { boxes: [{ ...light, weight: 3 }, heavy] }, { boxes: [marked, heavy] }],
  ["map", { boxes: { a: light, b: heavy } }, { boxes: { a: light, b: heavy } }, { boxes: { a: marked, b: heavy } }],
  ["set", { boxes: [light, heavy] }, { boxes: [heavy, light] }, { boxes: [heavy, marked] }],
])("a computed value in an object of a nested %s is marked", (nesting, config, planned, expected) => {
  expect(markUnknown(attributesNested(nesting), { config, planned, keepStable: false })).toEqual(expected);
});

test.each<Nesting>(["single", "list", "map", "set"])("a nested %s that is null stays null", (nesting) => {
  const values = { config: { boxes: null }, planned: { boxes: null }, keepStable: false };
  expect(markUnknown(attributesNested(nesting), values)).toEqual({ boxes: null });
});
