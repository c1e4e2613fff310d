import { defaultBehaviour } from "../../../../src/server/behaviour";
import { KeyListText } from "../../../../src/server/store/key-list-text";
import { MemoryKeyStore } from "../../../../src/server/store/memory-key-store";
import { Instant } from "../../../../src/model/instant";
import { keyRecord } from "../../../support/key-record";

const usedAt = Instant.parse("2026-03-02T12:00:00Z");

describe("the text of a list", () => {
  test("never holds the hash of a secret", () => {
    const text = new KeyListText().render([keyRecord({ secretHash: "the-hash" })], defaultBehaviour);
    expect(text).not.toContain("the-hash");
  });

  test.each([
    [
      "a use",
      (keys: MemoryKeyStore) => {
        keys.noteUse("key-1", usedAt);
        return Promise.resolve();
      },
      { last_used_at: "2026-03-02T12:00:00Z" },
    ],
    ["a new name", (keys: MemoryKeyStore) => keys.change("key-1", { name: "other" }), { name: "other" }],
    ["new scopes", (keys: MemoryKeyStore) => keys.change("key-1", { scopes: [] }), { scopes: [] }],
  ])("shows %s at once", async (_name, change, expected) => {
    const text = new KeyListText();
    const keys = new MemoryKeyStore([keyRecord(), keyRecord({ id: "key-2" })]);
    text.render(keys.list("project-1"), defaultBehaviour);
    await change(keys);
    expect(JSON.parse(text.render(keys.list("project-1"), defaultBehaviour))).toMatchObject([
      expected,
      { id: "key-2" },
    ]);
  });

  test("shows a switched behaviour at once", () => {
    const text = new KeyListText();
    const keys = [keyRecord()];
    text.render(keys, defaultBehaviour);
    expect(JSON.parse(text.render(keys, { ...defaultBehaviour, namesOnly: true }))).toEqual([
      { id: "key-1", name: "scheduler-prod" },
    ]);
  });

  test("is made once for a list that has not changed", () => {
    const text = new KeyListText();
    const keys = new MemoryKeyStore([keyRecord()]);
    expect(keys.list("project-1")).toBe(keys.list("project-1"));
    const reads = { count: 0 };
    const counted = new Proxy(keyRecord(), {
      get: (target, name) => {
        if (name === "name") reads.count += 1;
        return Reflect.get(target, name) as unknown;
      },
    });
    const list = [counted];
    for (let index = 0; index < 3; index++) text.render(list, defaultBehaviour);
    expect(reads.count).toBe(1);
  });
});
