import fc from "fast-check";
import { Instant } from "../../../../src/model/instant";
import { Directory } from "../../../../src/server/store/directory";
import { readSnapshot, SnapshotText } from "../../../../src/server/store/snapshot";
import { keyRecord } from "../../../support/key-record";

const now = Instant.parse("2026-03-01T12:00:00Z");
const directory = new Directory(
  { id: "organization-1", name: "Acme" },
  [
    {
      id: "project-1",
      name: "prod",
      environment: "production",
      plan: "pro",
      createdAt: now,
      accounts: [{ id: "account-1", username: "acme" }],
    },
  ],
  [{ id: "user-1", email: "a@acme.example", passwordHash: "salt.hash" }],
);
const keys = [
  keyRecord(),
  keyRecord({ id: "key-2", accountIds: ["account-1"], lastUsedAt: now, revokedAt: now, source: "oauth" }),
];
const text = new SnapshotText().render(directory, keys);

describe("a snapshot", () => {
  test("gives back what was saved", () => {
    const read = readSnapshot(text, "keys.json");
    expect(read.keys).toEqual(keys);
    expect(read.directory.organization).toEqual(directory.organization);
    expect(read.directory.projects).toEqual(directory.projects);
    expect([...read.directory.users()]).toEqual([...directory.users()]);
  });

  test("gives back a store without keys", () => {
    expect(readSnapshot(new SnapshotText().render(directory, []), "keys.json").keys).toEqual([]);
  });

  test.each([
    ["is empty", "", "it is empty"],
    ["is blank", " \n", "it is empty"],
    ["is cut off", text.slice(0, -20), "it is not valid JSON"],
    ["is something else", "# notes", "it is not valid JSON"],
    ["is an empty object", "{}", "at version"],
    ["is of a later version", text.replace('"version":1', '"version":2'), "at version"],
    ["has no keys", text.replace('"keys"', '"kays"'), "at keys"],
    ["has no projects", text.replace(/"projects":\[\{.*?\}\]\}\]/, '"projects":[]'), "at projects"],
    ["has a key without a hash", text.replace('"secretHash"', '"hash"'), "at keys.0.secretHash"],
    ["has a date that is none", text.replace("2026-03-01T12:00:00Z", "yesterday"), "at projects.0.createdAt"],
  ])("that %s is refused with the file and the reason", (_name, damaged, reason) => {
    expect(damaged).not.toBe(text);
    expect(() => readSnapshot(damaged, "/srv/keys.json")).toThrow("the data file /srv/keys.json cannot be read: ");
    expect(() => readSnapshot(damaged, "/srv/keys.json")).toThrow(reason);
  });

  test("cut off anywhere is never read as a smaller store", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: text.trimEnd().length - 1 }), (length) => {
        expect(() => readSnapshot(text.slice(0, length), "keys.json")).toThrow("cannot be read");
      }),
      { numRuns: 300 },
    );
  });
});
