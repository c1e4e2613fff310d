import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { hiddenProviderWarning, hidesStackProviders } from "../../../src/constructs/cli-configuration";

const mirrorOnly = `provider_installation {
  network_mirror { url = "https://mirror.corp.example/" }
}`;

describe("a CLI configuration", () => {
  test.each([
    ["an installation block", mirrorOnly],
    ["an installation block behind a comment", `/* company default */ ${mirrorOnly}`],
    ["an installation block on the line of another", `disable_checkpoint = true\n${mirrorOnly}`],
    ["an installation block behind a URL in a text", `a = "https://x" \n${mirrorOnly}`],
    ["an installation block in JSON", `{"provider_installation": [{"direct": {}}]}`],
    [
      "a mirror in the user's own folder",
      `provider_installation { filesystem_mirror { path = "/home/a/.terraform.d/plugins" } }`,
    ],
    ["our fix in a comment only", `${mirrorOnly}\n# "keyturn.internal/*/*"`],
  ])("hides the provider with %s", (_name, text) => {
    expect(hidesStackProviders(text)).toBe(true);
  });

  test.each([
    ["nothing in it", ""],
    ["the block in a line comment", `# ${mirrorOnly.replaceAll("\n", "\n# ")}`],
    ["the block in a slash comment", `// provider_installation {}`],
    ["the block in a block comment", `/*\n${mirrorOnly}\n*/`],
    ["the words in a text", `note = "see provider_installation"`],
    ["a longer name", `my_provider_installation { }\nprovider_installations {}`],
    [
      "our address included",
      `provider_installation { filesystem_mirror { path = "x" include = ["keyturn.internal/*/*"] } }`,
    ],
    ["the stack's folder as a mirror", `provider_installation { filesystem_mirror { path = "terraform.d/plugins" } }`],
    ["credentials only", `credentials "app.terraform.io" { token = "x" }`],
  ])("does not hide the provider with %s", (_name, text) => {
    expect(hidesStackProviders(text)).toBe(false);
  });
});

describe("the warning about a hidden provider", () => {
  let home: string;
  beforeEach(() => (home = mkdtempSync(path.join(tmpdir(), "home-"))));
  afterEach(() => {
    rmSync(home, { recursive: true, force: true });
  });

  const write = (name: string, text: string): string => {
    const file = path.join(home, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
    return file;
  };

  test.each([
    ".terraformrc",
    ".tofurc",
    ".config/opentofu/tofurc",
    ".terraform.d/corp.tfrc",
    ".terraform.d/corp.tfrc.json",
  ])("finds a block in ~/%s", (name) => {
    const file = write(name, mirrorOnly);

    const warning = hiddenProviderWarning({ home, variables: {} });

    expect(warning).toContain(file);
    expect(warning).toContain(`filesystem_mirror { path = "terraform.d/plugins" include = ["keyturn.internal/*/*"] }`);
  });

  test("is not given when the home folder has no configuration", () => {
    expect(hiddenProviderWarning({ home, variables: {} })).toBeUndefined();
  });

  test("reads the file that TF_CLI_CONFIG_FILE names, and no other", () => {
    write(".terraformrc", mirrorOnly);
    const named = write("other", "");

    expect(hiddenProviderWarning({ home, variables: { TF_CLI_CONFIG_FILE: named } })).toBeUndefined();
    writeFileSync(named, mirrorOnly);
    expect(hiddenProviderWarning({ home, variables: { TF_CLI_CONFIG_FILE: named } })).toContain(named);
  });

  test.each([
    ["does not exist", "missing"],
    ["is a folder", "."],
  ])("is not given when the named file %s", (_name, file) => {
    expect(hiddenProviderWarning({ home, variables: { TF_CLI_CONFIG_FILE: path.join(home, file) } })).toBeUndefined();
  });
});
