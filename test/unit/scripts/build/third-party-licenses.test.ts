import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { thirdPartyLicenses } from "../../../../scripts/build/third-party-licenses";
import { temporaryFolder } from "../../../support/temporary-folder";

const root = temporaryFolder();

function addPackage(folder: string, manifest: object, files: Readonly<Record<string, string>> = {}): void {
  mkdirSync(path.join(root, folder), { recursive: true });
  writeFileSync(path.join(root, folder, "package.json"), JSON.stringify(manifest));
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(root, folder, name), text);
}

describe("the licences of bundled packages", () => {
  test("has each package once, sorted, with its text, and nothing of our own", () => {
    addPackage("node_modules/b", { name: "b", version: "1.0.0", license: "MIT" }, { "LICENSE.md": "text of b\n" });
    addPackage(
      "node_modules/@s/a",
      { name: "@s/a", version: "2.0.0", license: "ISC" },
      { NOTICE: "n", LICENCE: "text of a" },
    );
    addPackage("node_modules/b/node_modules/c", { name: "c", version: "3.0.0", license: "0BSD" });

    const text = thirdPartyLicenses(root, [
      "src/cli/main.ts",
      "node_modules/b/x.js",
      "node_modules/b/y.js",
      "node_modules/@s/a/lib/z.js",
      "node_modules/b/node_modules/c/index.js",
    ]);

    expect(text.split(/^-+\n/m).map((part) => part.trim())).toEqual([
      "This folder contains code of the packages below.",
      "@s/a 2.0.0: ISC\n\ntext of a\n\nn",
      "b 1.0.0: MIT\n\ntext of b",
      "c 3.0.0: 0BSD",
    ]);
  });

  test("stops at a package that names no licence", () => {
    addPackage("node_modules/unnamed", { name: "unnamed", version: "1.0.0" });

    expect(() => thirdPartyLicenses(root, ["node_modules/unnamed/x.js"])).toThrow("unnamed 1.0.0 names no licence");
  });
});
