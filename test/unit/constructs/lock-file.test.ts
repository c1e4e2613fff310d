import { withProviderLocked } from "../../../src/constructs/lock-file";

const provider = { source: "keyturn.internal/keyturn/keyturn", version: "1.2.3", h1: "h1:new=" };

const header = `# This file is maintained automatically by "terraform init".
# Manual edits may be lost in future updates.
`;
const ours = `provider "keyturn.internal/keyturn/keyturn" {
  version     = "1.2.3"
  constraints = "1.2.3"
  hashes = [
    "h1:new=",
  ]
}
`;
const stale = ours.replaceAll("1.2.3", "1.2.2").replace("h1:new=", "h1:old=");
const before = `provider "corp.example/a/b" {
  version = "0.1.0"
  hashes = [
    "h1:ab=", # checked by hand
  ]
}
`;
const after = `provider "registry.terraform.io/hashicorp/null" {
  version     = "3.2.4"
  constraints = "~> 3.0"
  hashes = [
    "h1:null=",
    "zh:00",
  ]
}
`;
const file = (...entries: string[]): string => [header, ...entries].join("\n");

describe("locking the provider", () => {
  test.each([
    ["there is no file", "", file(ours)],
    ["the file is empty", "\n", file(ours)],
    ["only other providers are locked", file(before, after), file(before, ours, after)],
    ["only a provider that sorts first is locked", file(before), file(before, ours)],
    ["another version is locked", file(before, stale, after), file(before, ours, after)],
    ["the same version is locked with other bytes", file(ours.replace("h1:new=", "h1:old=")), file(ours)],
    ["the constraint is another", file(ours.replace('constraints = "1.2.3"', 'constraints = "~> 1.2"')), file(ours)],
    ["the entry stops short at the end of the file", file(before, ours.slice(0, 60)), file(before, ours)],
    ["there is a file with comments only", header, file(ours)],
  ])("when %s", (_name, text, expected) => {
    expect(withProviderLocked(text, provider)).toBe(expected);
  });

  test.each([
    ["it is locked to this version already", file(before, ours, after)],
    ["Terraform added checksums of its own", file(ours.replace('    "h1:new=",', '    "h1:new=",\n    "zh:11",'))],
    ["the lines end as on Windows", file(before, ours, after).replaceAll("\n", "\r\n")],
  ])("leaves the text alone when %s", (_name, text) => {
    expect(withProviderLocked(text, provider)).toBe(text);
  });

  test("keeps what is outside its own entry to the byte, also with the line ends of Windows", () => {
    const text = file(before, stale, after).replaceAll("\n", "\r\n");

    const locked = withProviderLocked(text, provider);

    expect(locked).toContain(before.replaceAll("\n", "\r\n"));
    expect(locked).toContain(after.replaceAll("\n", "\r\n"));
    expect(locked).not.toContain("1.2.2");
  });

  test("gives the same text when it is done twice", () => {
    const once = withProviderLocked(file(after), provider);

    expect(withProviderLocked(once, provider)).toBe(once);
  });
});
