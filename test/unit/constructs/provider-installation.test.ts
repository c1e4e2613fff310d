import fs, { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { installProvider } from "../../../src/constructs/provider-installation";

describe("installing the provider into a stack", () => {
  let folder: string;
  let zipPath: string;
  const pluginFolder = (): string => path.join(folder, "stack/terraform.d/plugins/keyturn.internal/keyturn/keyturn");
  const lockFile = (): string => path.join(folder, "stack/.terraform.lock.hcl");
  const install = (version: string): void => {
    installProvider(path.join(folder, "stack"), { version, h1: `h1:${version}`, zipPath });
  };

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "installation-"));
    zipPath = path.join(folder, "provider.zip");
    writeFileSync(zipPath, "packed");
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  test("puts the same packed file there for each platform, in a folder that did not exist", () => {
    install("1.0.0");

    expect(readdirSync(pluginFolder()).sort()).toEqual([
      "terraform-provider-keyturn_1.0.0_darwin_amd64.zip",
      "terraform-provider-keyturn_1.0.0_darwin_arm64.zip",
      "terraform-provider-keyturn_1.0.0_linux_amd64.zip",
      "terraform-provider-keyturn_1.0.0_linux_arm64.zip",
    ]);
    for (const name of readdirSync(pluginFolder())) {
      expect(readFileSync(path.join(pluginFolder(), name), "utf8")).toBe("packed");
    }
    expect(readFileSync(lockFile(), "utf8")).toContain(`version     = "1.0.0"`);
  });

  test("removes other versions, and nothing that is not ours", () => {
    install("1.0.0");
    writeFileSync(path.join(pluginFolder(), "README"), "kept");

    install("1.1.0-local.h1");

    const names = readdirSync(pluginFolder());
    expect(names.filter((name) => name.includes("1.0.0"))).toEqual([]);
    expect(names).toHaveLength(5);
    expect(names).toContain("README");
    expect(readFileSync(lockFile(), "utf8")).not.toContain("1.0.0");
  });

  test("touches no file when everything is there", () => {
    install("1.0.0");
    const files = [lockFile(), ...readdirSync(pluginFolder()).map((name) => path.join(pluginFolder(), name))];
    const inodes = files.map((file) => statSync(file).ino);

    install("1.0.0");

    expect(files.map((file) => statSync(file).ino)).toEqual(inodes);
  });

  test("repairs a file that was cut short", () => {
    install("1.0.0");
    const file = path.join(pluginFolder(), "terraform-provider-keyturn_1.0.0_linux_amd64.zip");
    writeFileSync(file, "pac");

    install("1.0.0");

    expect(readFileSync(file, "utf8")).toBe("packed");
  });

  test("writes files that can be replaced, from a package that cannot be written to", () => {
    chmodSync(zipPath, 0o444);

    install("1.0.0");

    for (const name of readdirSync(pluginFolder())) {
      expect(statSync(path.join(pluginFolder(), name)).mode & 0o200).toBe(0o200);
    }
  });

  test("leaves no temporary file behind when a file cannot be put in its place", () => {
    jest.spyOn(fs, "renameSync").mockImplementationOnce(() => {
      throw new Error("no space left");
    });

    expect(() => {
      install("1.0.0");
    }).toThrow("no space left");
    expect(readdirSync(pluginFolder())).toEqual([]);
  });
});
