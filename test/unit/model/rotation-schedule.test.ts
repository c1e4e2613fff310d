import { rotationDueAt } from "../../../src/model/rotation-schedule";
import { at, shortPolicy, start, taggedSince } from "../../support/judgement";

/** What is below a second is not in a name. */
const inNames = start.epochMs % 1000;

describe("a key", () => {
  test.each<[string, string[], number]>([
    ["with nothing beside it", [], 10_000],
    ["with a replaced generation", [taggedSince("retiring", 9_990)], 10_000],
    ["with an unfinished generation", [taggedSince("pending", 9_990)], 10_000],
    ["that was gone back to early", [taggedSince("rolledback", 500)], 10_000],
    ["that was gone back to late in its period", [taggedSince("rolledback", 9_950)], 10_050],
    ["that was gone back to past its period", [taggedSince("rolledback", 20_000)], 20_100],
    ["that was gone back to, nobody knows when", [taggedSince("rolledback")], 10_000],
    ["that was gone back to twice", [taggedSince("rolledback", 20_000), taggedSince("rolledback", 15_000)], 20_100],
    ["beside another key that was rolled back", ["sync-prod~rolledback~20270101t000000z4f9a2c1b"], 10_000],
  ])("%s is due at the right instant", (_name, otherNames, expected) => {
    const due = rotationDueAt(start, shortPolicy(), { logicalName: "scheduler-prod", otherNames });
    expect(due.epochMs).toBe(at(expected).epochMs - (expected === 10_000 ? 0 : inNames));
  });
});
