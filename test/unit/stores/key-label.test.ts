import { fitsLabel, isAgeFile, labelArguments, readLabel } from "../../../src/stores/key-label";

function fileWith(...stanzas: readonly string[]): Buffer {
  const header = [
    "age-encryption.org/v1",
    ...stanzas.flatMap((stanza) => [`-> ${stanza}`, "c29tZSBib2R5"]),
    "--- TUFD",
  ];
  // After the header come bytes that are no text, and may look like one.
  return Buffer.concat([
    Buffer.from(`${header.join("\n")}\n`),
    Buffer.from([0xff, 0x0a]),
    Buffer.from("-> keyturn key=z"),
  ]);
}

const label = { keyId: "7b0c5a52", keyName: "scheduler-prod", predecessorId: "11aa" };

describe("the label of an encrypted file", () => {
  test.each([
    ["with a key before it", label],
    ["of a first key", { ...label, predecessorId: undefined }],
    ["with a sign in the id that also separates", { ...label, keyId: "a=b=" }],
  ])("is read as it was written: %s", (_name, written) => {
    expect(readLabel(fileWith("X25519 abc", labelArguments(written).join(" ")))).toEqual(written);
  });

  test("may have fields that a later version writes", () => {
    expect(readLabel(fileWith("keyturn key=k name=n later=x"))).toEqual({
      keyId: "k",
      keyName: "n",
      predecessorId: undefined,
    });
  });

  test.each([
    ["a file without one", fileWith("X25519 abc")],
    ["a label without an id", fileWith("keyturn name=n")],
    ["a label with an empty name", fileWith("keyturn key=k name=")],
    ["another tool's stanza", fileWith("keyturner key=k name=n")],
    ["a text", Buffer.from("-> keyturn key=k name=n\n--- x\n")],
    ["a header that ends too early", Buffer.from("age-encryption.org/v1\n-> keyturn key=k name=n\n")],
    ["another version", Buffer.from("age-encryption.org/v2\n-> keyturn key=k name=n\n--- x\n")],
    ["nothing", Buffer.alloc(0)],
  ])("is not found in %s", (_name, file) => {
    expect(readLabel(file)).toBeUndefined();
  });

  test("takes only what the age format allows in an argument", () => {
    expect(["7b0c5a52-6c0e", "a b", "", "é", "a\nb"].map(fitsLabel)).toEqual([true, false, false, false, false]);
  });
});

test("an age file is told from others by its header", () => {
  expect(
    [fileWith("X25519 abc"), Buffer.from("secret"), Buffer.from("age-encryption.org/v1\n")].map(isAgeFile),
  ).toEqual([true, false, false]);
});
