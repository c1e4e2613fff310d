import fc from "fast-check";
import { fitsVersionId, versionIdOf, whoseVersion } from "../../../src/stores/aws-secrets-manager/version-id";

const uuid = "7d8f6f0e-52a7-4a6b-9a52-0f8f6f1e2d3c";

describe("the id of a version", () => {
  test("names the key in clear text, after the mark of its logical key", () => {
    expect(versionIdOf("scheduler-prod", uuid)).toMatch(new RegExp(`^keyturn-[0-9a-f]{8}-${uuid}$`));
    expect(versionIdOf("scheduler-prod", uuid)).not.toBe(versionIdOf("billing-prod", uuid));
  });

  test("has the length that AWS asks for, and gives back any id of a key that fits, whoever looks", () => {
    const keyIds = fc.stringMatching(/^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,45}[A-Za-z0-9])?$/);
    fc.assert(
      fc.property(fc.string(), fc.option(keyIds, { nil: undefined }), (keyName, keyId) => {
        const versionId = versionIdOf(keyName, keyId);
        expect(versionId).toMatch(/^[A-Za-z0-9._-]{32,64}$/);
        expect(keyId === undefined || fitsVersionId(keyId)).toBe(true);
        expect(whoseVersion(versionId, keyName)).toEqual({ kind: "ours", keyId });
        expect(whoseVersion(versionId, `${keyName}.`)).toEqual({ kind: "other-key" });
      }),
    );
  });

  test.each([
    ["a UUID, as AWS's tools make it", uuid],
    ["a mark without a hash", `keyturn-${"z".repeat(36)}`],
    ["another tool's", `terraform-${"0".repeat(26)}`],
  ])("is a stranger's if it is %s", (_name, versionId) => {
    expect(whoseVersion(versionId, "scheduler-prod")).toEqual({ kind: "stranger" });
  });

  test.each(["", "-", "a-", "a b", "a/b", "ä", "a".repeat(48)])("takes no %j", (keyId) => {
    expect(fitsVersionId(keyId)).toBe(false);
  });
});
