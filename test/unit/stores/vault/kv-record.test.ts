import { Instant } from "../../../../src/model/instant";
import {
  fitsRecord,
  readNote,
  readRecord,
  recordText,
  withNote,
  withoutNote,
  type VersionRecord,
} from "../../../../src/stores/vault/kv-record";
import { contextOf } from "../../../support/store-context";

const { owner } = contextOf("scheduler-prod");
const createdAt = Instant.parse("2026-03-01T10:00:00.319Z");
const record: VersionRecord = {
  keyName: "scheduler-prod",
  version: 13,
  keyId: "k=2",
  predecessor: { keyId: "k1", version: 12 },
  field: "api key=ü",
  replaces: [],
};

describe("what is said of a version of a secret", () => {
  test.each<[string, VersionRecord]>([
    ["a version after another one", record],
    ["a version after none", { ...record, predecessor: undefined }],
    ["a version after one that is not kept", { ...record, predecessor: { keyId: "k1", version: undefined } }],
    ["a version in place of others", { ...record, replaces: [12, 11] }],
    ["a version of a logical key with any name", { ...record, keyName: "a b=ü" }],
  ])("is read as it was written: %s", (_name, written) => {
    expect(readRecord(recordText(written))).toEqual(written);
    expect(readNote(withNote({}, owner, { record: written, createdAt }))).toEqual({ record: written, createdAt });
  });

  test("is noted in place of what was noted before, and leaves everything else", () => {
    const before = withNote({ cost_centre: "4711" }, owner, { record, createdAt });

    const after = withNote(before, owner, { record: { ...record, version: 14 }, createdAt });

    expect(readNote(after)?.record.version).toBe(14);
    expect(withoutNote(after)).toEqual({ cost_centre: "4711" });
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

    const custom = withNote({}, owner, { record: written, createdAt });

    expect(fitsRecord(longest.keyId)).toBe(true);
    for (const value of Object.values(custom)) expect(Buffer.byteLength(value)).toBeLessThanOrEqual(512);
    expect(readNote(custom)?.record).toEqual(written);
  });

  test.each(["", "a b", "ü", "a\n", "k".repeat(101)])("may not be of a key with the id %j", (keyId) => {
    expect(fitsRecord(keyId)).toBe(false);
  });

  test.each([
    "",
    "theirs",
    "for=scheduler-prod version=1 key=k1",
    "for=scheduler-prod version=0 key=k1 field=value",
    "for=scheduler-prod version=1e3 key=k1 field=value",
    "for=scheduler-prod version=1 key= field=value",
    "for=scheduler-prod version=1 key=k1 field=%zz",
    "for=%zz version=1 key=k1 field=value",
    "version=1 key=k1 field=value",
  ])("is nothing where it is %j", (text) => {
    expect(readRecord(text)).toBeUndefined();
  });

  test.each(["", "version=1 key=k1 field=value", "version=1 key=k1 field=value created=yesterday"])(
    "is no note where it is %j",
    (text) => {
      expect(readNote({ keyturn_key: "scheduler-prod", keyturn_version: text })).toBeUndefined();
    },
  );
});
