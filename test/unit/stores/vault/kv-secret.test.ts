import { Instant } from "../../../../src/model/instant";
import { withRecords, type VersionRecord } from "../../../../src/stores/vault/kv-record";
import { holdingOf, type KvMetadata, type KvVersion } from "../../../../src/stores/vault/kv-secret";
import { contextOf } from "../../../support/store-context";

const { owner } = contextOf("scheduler-prod");
const at = (time: string): Instant => Instant.parse(`2026-03-01T${time}Z`);

const older = recordOf(1, "k1", at("10:00:00"));
const newer: VersionRecord = {
  ...recordOf(2, "k2", at("11:00:00")),
  predecessor: { keyId: "k1", version: 1 },
};

function recordOf(version: number, keyId: string, reservedAt: Instant): VersionRecord {
  return { version, keyId, predecessor: undefined, field: "value", reservedAt, replaces: [] };
}

function versionAt(createdAt: Instant, changes: Partial<KvVersion> = {}): KvVersion {
  return { createdAt, deletedAt: undefined, isDestroyed: false, ...changes };
}

function metadataOf(versions: readonly KvVersion[], changes: Partial<KvMetadata> = {}): KvMetadata {
  return {
    currentVersion: versions.length,
    versions: new Map(versions.map((version, index) => [index + 1, version])),
    custom: withRecords({}, owner, { newer, older }),
    maxVersions: 0,
    areVersionsDeleted: false,
    servedAt: at("12:00:00"),
    ...changes,
  };
}

const first = versionAt(at("10:00:00"));

/** The current key, the previous one, and whether what is there is somebody else's. */
function told(metadata: KvMetadata, keyName = "scheduler-prod"): unknown[] {
  const { current, previous, foreign } = holdingOf(metadata, keyName);
  return [current?.keyId, previous?.keyId, foreign !== undefined];
}

describe("what the metadata of a secret tell", () => {
  test.each<[string, KvMetadata, unknown[]]>([
    ["nothing was written", metadataOf([], { custom: {} }), [undefined, undefined, false]],
    ["the announced version has not come", metadataOf([first]), ["k1", undefined, false]],
    ["it has come", metadataOf([first, versionAt(at("11:00:01"))]), ["k2", "k1", false]],
    ["it has come in time", metadataOf([first, versionAt(at("11:02:00"))]), ["k2", "k1", false]],
    ["one has come too late", metadataOf([first, versionAt(at("11:02:00.001"))]), [undefined, undefined, true]],
    [
      "one more has come",
      metadataOf([first, versionAt(at("11:00:01")), versionAt(at("11:00:02"))]),
      [undefined, undefined, true],
    ],
    ["nothing was noted", metadataOf([first], { custom: {} }), [undefined, undefined, true]],
    [
      "the current one is destroyed",
      metadataOf([first, versionAt(at("11:00:01"), { isDestroyed: true })]),
      [undefined, undefined, false],
    ],
    [
      "the current one was deleted within this second",
      metadataOf([first, versionAt(at("11:00:01"), { deletedAt: at("12:00:00.999") })]),
      [undefined, undefined, false],
    ],
    [
      "the current one will be deleted later",
      metadataOf([first, versionAt(at("11:00:01"), { deletedAt: at("12:00:02") })]),
      ["k2", "k1", false],
    ],
    [
      "the one before is destroyed",
      metadataOf([{ ...first, isDestroyed: true }, versionAt(at("11:00:01"))]),
      ["k2", undefined, false],
    ],
  ])("where %s", (_name, metadata, expected) => {
    expect(told(metadata)).toEqual(expected);
  });

  test("is somebody else's for every other logical key", () => {
    expect(told(metadataOf([first]), "billing-prod")).toEqual([undefined, undefined, true]);
    expect(told(metadataOf([{ ...first, isDestroyed: true }]), "billing-prod")).toEqual([undefined, undefined, false]);
  });

  test("names the versions that are still to be destroyed", () => {
    const copy = { ...recordOf(3, "k1", at("11:00:00")), replaces: [2, 1] };
    const versions = [first, versionAt(at("10:30:00"), { isDestroyed: true }), versionAt(at("11:00:01"))];
    const metadata = metadataOf(versions, { custom: withRecords({}, owner, { newer: copy, older: newer }) });

    expect(holdingOf(metadata, "scheduler-prod").leftovers).toEqual([1]);
  });
});
