import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import path from "node:path";
import { loadOptionalPackage, OptionalPackageError } from "../../../src/stores/optional-package";
import { temporaryFolder } from "../../support/temporary-folder";
import { thrownBy } from "../../support/thrown-by";

const root = temporaryFolder();
const name = "@keyturn-tests/sdk";

function newFolder(...below: readonly string[]): string {
  const folder = path.join(mkdtempSync(path.join(root, "folder-")), ...below);
  mkdirSync(folder, { recursive: true });
  return folder;
}

/** Puts a package of one file into the modules of a folder. */
function install(folder: string, code: string, manifest: object = { name, version: "1.0.0" }): void {
  const place = path.join(folder, "node_modules", name);
  mkdirSync(place, { recursive: true });
  writeFileSync(path.join(place, "package.json"), JSON.stringify(manifest));
  writeFileSync(path.join(place, "index.js"), code);
}

describe("an optional package", () => {
  test("is found from a stack's folder upwards", () => {
    const stack = newFolder("project", "cdktf.out", "stacks", "keys");
    install(path.resolve(stack, "../../.."), "exports.from = 'project';");

    expect(loadOptionalPackage(name, [stack])).toEqual({ from: "project" });
  });

  test("is taken from the first folder that has it, and from the next one otherwise", () => {
    const [none, first, second] = [newFolder(), newFolder(), newFolder()];
    install(first, "exports.from = 'first';");
    install(second, "exports.from = 'second';");

    expect(loadOptionalPackage(name, [none, first, second])).toEqual({ from: "first" });
  });

  test("that is nowhere is named, with the command that installs it and the folders that were searched", () => {
    const [one, other] = [newFolder(), newFolder()];

    const error = thrownBy(() => loadOptionalPackage(name, [one, other])) as Error;

    expect(error).toBeInstanceOf(OptionalPackageError);
    expect(error.message).toContain(`the package ${name} is not installed`);
    expect(error.message).toContain(`npm install ${name} (it was looked for from ${one} and from ${other} upwards)`);
  });

  test.each<[string, string, object, string]>([
    ["throws while it loads", "throw new Error('no Node like this');", { name }, "no Node like this"],
    ["lacks a package of its own", "require('@keyturn-tests/other');", { name }, "@keyturn-tests/other"],
    ["lacks its own files", "", { name, main: "./dist/index.js", exports: "./dist/index.js" }, name],
  ])("that %s is not taken for a missing one, and no other copy stands in for it", (_name, code, manifest, words) => {
    const [broken, good] = [newFolder(), newFolder()];
    install(broken, code, manifest);
    install(good, "exports.from = 'good';");

    const { message } = thrownBy(() => loadOptionalPackage(name, [broken, good])) as Error;

    expect(message).toContain(
      `the package ${name} is installed in ${path.join(broken, "node_modules")}, but does not load`,
    );
    expect(message).toContain(words);
    expect(message).toContain(`Install it again: npm install ${name}`);
  });

  test("is looked for where the process runs, if no folder is named", () => {
    expect((thrownBy(() => loadOptionalPackage(name)) as Error).message).toContain(`from ${process.cwd()} and from `);
  });
});
