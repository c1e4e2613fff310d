import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";
import { inputsHash } from "../../../../scripts/build/inputs-hash";
import { temporaryFolder } from "../../../support/temporary-folder";

const root = temporaryFolder();
const write = (name: string, text = name): void => {
  mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
  writeFileSync(path.join(root, name), text);
};
const hash = (): string => inputsHash(root, ["src", "build.ts"]);

beforeEach(() => {
  for (const name of ["package.json", "package-lock.json", "tsconfig.json", "build.ts", "src/a.ts", "src/b/c.ts"])
    write(name);
});

describe("the hash of a build's inputs", () => {
  test("stays while nothing changes", () => {
    expect(hash()).toBe(hash());
  });

  test.each<[string, () => void]>([
    [
      "a file in a folder changes",
      () => {
        write("src/b/c.ts", "changed");
      },
    ],
    [
      "a named file changes",
      () => {
        write("build.ts", "changed");
      },
    ],
    [
      "the installed packages change",
      () => {
        write("package-lock.json", "changed");
      },
    ],
    [
      "a file is added",
      () => {
        write("src/new.ts");
      },
    ],
    [
      "a file is renamed",
      () => {
        renameSync(path.join(root, "src/a.ts"), path.join(root, "src/z.ts"));
      },
    ],
  ])("moves when %s", (_name, change) => {
    const before = hash();

    change();

    expect(hash()).not.toBe(before);
  });
});
