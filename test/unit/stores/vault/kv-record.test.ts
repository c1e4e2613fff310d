import { Instant } from "../../../../src/model/instant";
import {
  announces,
  fitsRecord,
  readRecords,
  withoutRecords,
  withRecords,
  type VersionRecord,
} from "../../../../src/stores/vault/kv-record";
import { contextOf } from "../../../support/store-context";

const { owner } = contextOf("scheduler-prod");
const record: VersionRecord = {
  version: 13,
  keyId: "k=2",
  predecessor: { keyId: "k1", version: 12 },
  field: "api key=ü",
  reservedAt: Instant.parse("2026-03-01T10:00:00Z"),
  replaces: [],
};

describe("what is noted of the versions of a secret", () => {
  test.each<[string, VersionRecord]>([
    ["a version after another one", record],
    ["a version after none", { ...record, predecessor: undefined }],
    ["a version after one that is not kept", { ...record, predecessor: { keyId: "k1", version: undefined } }],
    ["a version in place of others", { ...record, replaces: [12, 11] }],
  ])("is read as it was written: %s", (_name, written) => {
    const custom = withRecords({}, owner, { newer: written, older: record });

    expect(readRecords(custom)).toEqual({ keyName: "scheduler-prod", newer: written, older: record });
    expect(announces(custom, written)).toBe(true);
    expect(announces(custom, { ...written, version: 14 })).toBe(false);
  });

  test("takes the place of what was noted before, and leaves everything else", () => {
    const before = withRecords({ cost_centre: "4711" }, owner, { newer: record, older: record });

    const after = withRecords(before, owner, { newer: undefined, older: undefined });

    expect(readRecords(after)).toEqual({ keyName: "scheduler-prod", newer: undefined, older: undefined });
    expect(withoutRecords(after)).toEqual({ cost_centre: "4711" });
  });

  test("fits into the metadata with the longest values that there may be", () => {
    const longest = { keyId: "k".repeat(100), version: 999_999_999 };
    const written = {
      ...record,
      ...longest,
      predecessor: longest,
      field: "f".repeat(128),
      replaces: [longest.version, 1],
    };

    const custom = withRecords({}, owner, { newer: written, older: undefined });

    expect(fitsRecord(longest.keyId)).toBe(true);
    for (const value of Object.values(custom)) expect(Buffer.byteLength(value)).toBeLessThanOrEqual(512);
    expect(readRecords(custom).newer).toEqual(written);
  });

  test.each(["", "a b", "ü", "a\n", "k".repeat(101)])("may not be of a key with the id %j", (keyId) => {
    expect(fitsRecord(keyId)).toBe(false);
  });

  test.each([
    "",
    "theirs",
    "version=1 key=k1",
    "version=0 key=k1 field=value reserved=2026-03-01T10:00:00Z",
    "version=1e3 key=k1 field=value reserved=2026-03-01T10:00:00Z",
    "version=1 key= field=value reserved=2026-03-01T10:00:00Z",
    "version=1 key=k1 field=%zz reserved=2026-03-01T10:00:00Z",
    "version=1 key=k1 field=value reserved=yesterday",
  ])("is nothing where it is %j", (text) => {
    expect(readRecords({ keyturn_version_newer: text }).newer).toBeUndefined();
  });
});
