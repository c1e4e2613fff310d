import { inspect } from "node:util";
import { Secret } from "../../../src/model/secret";

describe("Secret", () => {
  const secret = new Secret("pb_live_do_not_print");

  test.each([
    ["a template string", () => `${secret}`],
    ["concatenation", () => "key: " + String(secret)],
    ["JSON", () => JSON.stringify({ secret })],
    ["the inspector", () => inspect({ nested: { secret } }, { depth: 9, showHidden: true })],
    ["an error message", () => new Error(`refused ${secret}`).stack ?? ""],
    ["a copy of its fields", () => JSON.stringify(Object.entries(secret)) + Object.values(secret).join()],
  ])("is not shown by %s", (_name, print) => {
    expect(print()).not.toContain("do_not_print");
  });

  test("is revealed on demand only", () => {
    expect(secret.reveal()).toBe("pb_live_do_not_print");
    expect(`${secret}`).toBe("(sensitive value)");
  });
});
