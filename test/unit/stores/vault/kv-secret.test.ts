import { Instant } from "../../../../src/model/instant";
import { withNote, type VersionRecord } from "../../../../src/stores/vault/kv-record";
import { holdingOf, notedRecord, type KvMetadata, type KvVersion } from "../../../../src/stores/vault/kv-secret";
import { contextOf } from "../../../support/store-context";

const { owner } = contextOf("scheduler-prod");
const at = (time: string): Instant => Instant.parse(`2026-03-01T${time}Z`);

const record: VersionRecord = {
  keyName: "scheduler-prod",
  version: 2,
  keyId: "k2",
  predecessor: { keyId: "k1", version: 1 },
  field: "value",
  replaces: [],
};

function versionAt(createdAt: Instant, changes: Partial<KvVersion> = {}): KvVersion {
  return { createdAt, deletedAt: undefined, isDestroyed: false, ...changes };
}

function metadataOf(versions: readonly KvVersion[], changes: Partial<KvMetadata> = {}): KvMetadata {
  return {
    currentVersion: versions.length,
    versions: new Map(versions.map((version, index) => [index + 1, version])),
    custom: withNote({}, owner, { record, createdAt: second.createdAt }),
    maxVersions: 0,
    areVersionsDeleted: false,
    servedAt: at("12:00:00"),
    ...changes,
  };
}

const first = versionAt(at("10:00:00"));
const second = versionAt(at("11:00:00"));

/** The current key, the previous one, and whether what is there is somebody else's. */
function told(metadata: KvMetadata, known: VersionRecord | undefined = record, keyName = "scheduler-prod"): unknown[] {
  const { current, previous, foreign } = holdingOf(metadata, known, keyName);
  return [current?.keyId, previous?.keyId, foreign !== undefined];
}

describe("what a secret holds", () => {
  test.each<[string, KvMetadata, unknown[]]>([
    ["nothing was written", metadataOf([]), [undefined, undefined, false]],
    ["the record is of the current version", metadataOf([first, second]), ["k2", "k1", false]],
    ["the record is of the version before", metadataOf([first, second, second]), [undefined, undefined, true]],
    ["the record is of a version to come", metadataOf([first]), [undefined, undefined, true]],
    [
      "the current one is destroyed",
      metadataOf([first, { ...second, isDestroyed: true }]),
      [undefined, undefined, false],
    ],
    [
      "the current one was deleted within this second",
      metadataOf([first, { ...second, deletedAt: at("12:00:00.999") }]),
      [undefined, undefined, false],
    ],
    [
      "the current one will be deleted later",
      metadataOf([first, { ...second, deletedAt: at("12:00:02") }]),
      ["k2", "k1", false],
    ],
    ["the one before is destroyed", metadataOf([{ ...first, isDestroyed: true }, second]), ["k2", undefined, false]],
  ])("where %s", (_name, metadata, expected) => {
    expect(told(metadata)).toEqual(expected);
  });

  test("is somebody else's where there is no record", () => {
    expect(holdingOf(metadataOf([first, second]), undefined, "scheduler-prod").foreign).toContain("version 2");
  });

  test("is somebody else's for every other logical key", () => {
    expect(told(metadataOf([first, second]), record, "billing-prod")).toEqual([undefined, undefined, true]);
    const destroyed = metadataOf([first, { ...second, isDestroyed: true }]);
    expect(told(destroyed, record, "billing-prod")).toEqual([undefined, undefined, false]);
  });

  test("names the versions that are still to be destroyed", () => {
    const copy = { ...record, version: 3, keyId: "k1", replaces: [2, 1] };
    const metadata = metadataOf([first, { ...second, isDestroyed: true }, second]);

    expect(holdingOf(metadata, copy, "scheduler-prod").leftovers).toEqual([1]);
  });
});

describe("a note", () => {
  test("tells of the version that it was written for", () => {
    expect(notedRecord(metadataOf([first, second]))).toEqual(record);
  });

  test.each<[string, KvMetadata]>([
    ["of no version", metadataOf([first, second], { custom: {} })],
    ["of a newer version", metadataOf([first, second, second])],
    [
      "of one of that number that was written after all had been removed",
      metadataOf([first, versionAt(at("11:00:00.001"))]),
    ],
  ])("tells nothing %s", (_name, metadata) => {
    expect(notedRecord(metadata)).toBeUndefined();
  });
});
