import { path } from "../../../src/framework";
import { withoutWriteOnly, writeOnlyPaths } from "../../../src/framework/write-only";
import { thing, thingSchema } from "../../support/thing-provider";

const part = (token: string | null) => ({ kind: "bulb", serial: null, token });

test("write-only values are null in a state, at every depth", () => {
  const state = { ...thing(), password: "hunter2", parts: [part("t0"), part(null)] };
  expect(withoutWriteOnly(thingSchema.attributes, state)).toEqual({ ...thing(), parts: [part(null), part(null)] });
});

test("the places of write-only values in a configuration are found, at every depth", () => {
  const config = { ...thing(), password: "hunter2", parts: [part(null), part("t1")] };
  expect(writeOnlyPaths(thingSchema.attributes, config)).toEqual([path("parts", 1, "token"), path("password")]);
});
