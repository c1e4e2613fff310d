import { changesThatReplace, defaultPlan } from "../../../../src/framework/plan/default-plan";
import { path, UNKNOWN, type ObjectValue } from "../../../../src/framework";
import { thing, thingSchema } from "../../../support/thing-provider";

const part = (attributes: ObjectValue) => ({ kind: "bulb", serial: null, token: null, ...attributes });
/** What is configured: everything that is computed is left open. */
const config = (attributes: ObjectValue = {}): ObjectValue => ({
  ...thing({ size: null, id: null, revision: null }),
  ...attributes,
});

describe("a new object", () => {
  test.each<[name: string, configured: ObjectValue, planned: ObjectValue]>([
    ["has unknown computed values", {}, { size: UNKNOWN, id: UNKNOWN, revision: UNKNOWN }],
    ["keeps a computed value that is configured", { size: 7 }, { size: 7, id: UNKNOWN, revision: UNKNOWN }],
    [
      "keeps what is configured as unknown",
      { name: UNKNOWN },
      { name: UNKNOWN, size: UNKNOWN, id: UNKNOWN, revision: UNKNOWN },
    ],
    [
      "has unknown computed values inside nested objects",
      { parts: [part({}), UNKNOWN] },
      { parts: [part({ serial: UNKNOWN }), UNKNOWN], size: UNKNOWN, id: UNKNOWN, revision: UNKNOWN },
    ],
    [
      "keeps nested objects unknown altogether",
      { parts: UNKNOWN },
      { parts: UNKNOWN, size: UNKNOWN, id: UNKNOWN, revision: UNKNOWN },
    ],
  ])("%s", (_name, configured, planned) => {
    const change = { config: config(configured), priorState: null, proposedState: config(configured) };
    expect(defaultPlan(thingSchema, change)).toEqual({ ...config(configured), ...planned });
  });
});

describe("an object that exists", () => {
  const priorState: ObjectValue = { ...thing(), labels: ["a", "b"], parts: [part({ serial: "s0" })] };

  test.each<[name: string, proposed: ObjectValue]>([
    ["nothing is different", {}],
    ["only the order of a set is different", { labels: ["b", "a"] }],
  ])("is planned precisely as it is when %s", (_name, proposed) => {
    const proposedState = { ...priorState, ...proposed };
    expect(defaultPlan(thingSchema, { config: config(proposed), priorState, proposedState })).toBe(priorState);
  });

  test.each<[name: string, configured: ObjectValue, proposed: ObjectValue, planned: ObjectValue]>([
    [
      "has unknown computed values, except stable ones, when something changes",
      { name: "sofa" },
      { name: "sofa" },
      { name: "sofa", size: UNKNOWN, revision: UNKNOWN },
    ],
    [
      "keeps stable values inside nested objects",
      { parts: [part({}), part({ kind: "socket" })] },
      { parts: [part({ serial: "s0" }), part({ kind: "socket" })] },
      { parts: [part({ serial: "s0" }), part({ kind: "socket" })], size: UNKNOWN, revision: UNKNOWN },
    ],
    [
      "keeps a computed value that is configured",
      { name: "sofa", size: 7 },
      { name: "sofa", size: 7 },
      { name: "sofa", size: 7, revision: UNKNOWN },
    ],
  ])("%s", (_name, configured, proposed, planned) => {
    const change = { config: config(configured), priorState, proposedState: { ...priorState, ...proposed } };
    expect(defaultPlan(thingSchema, change)).toEqual({ ...priorState, ...planned });
  });
});

test.each<[name: string, planned: ObjectValue, expected: unknown]>([
  ["a change of another attribute does not replace", { name: "sofa" }, []],
  ["a change of an attribute that requires it replaces", { region: "north" }, [path("region")]],
  ["a value that may change replaces", { region: UNKNOWN }, [path("region")]],
])("%s", (_name, planned, expected) => {
  expect(changesThatReplace(thingSchema, thing(), { ...thing(), ...planned })).toEqual(expected);
});
