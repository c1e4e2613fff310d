import fs from "node:fs";
import path from "node:path";
import { KeyturnError } from "../../../../src/model/error";
import { providerPackage } from "../../../../src/provider/schema/provider-package";

const bundleFolder = path.resolve(__dirname, "../../../../dist/bundle");

afterEach(() => {
  jest.restoreAllMocks();
});

describe("the packed provider", () => {
  test("is found in the build of this checkout", () => {
    const read = jest.spyOn(fs, "readFileSync").mockReturnValue(`{ "version": "1.2.3", "h1": "h1:x" }`);

    expect(providerPackage()).toEqual({
      version: "1.2.3",
      h1: "h1:x",
      zipPath: path.join(bundleFolder, "provider.zip"),
    });
    expect(read).toHaveBeenCalledWith(path.join(bundleFolder, "provider.json"), "utf8");
  });

  test.each([
    ["is missing", undefined],
    ["is cut short", `{ "version": "1.`],
    ["is of another form", `{ "version": 1 }`],
  ])("is asked for by name when its manifest %s", (_name, text) => {
    jest.spyOn(fs, "readFileSync").mockImplementation(() => {
      if (text === undefined) throw new Error("ENOENT");
      return text;
    });

    expect(providerPackage).toThrow(KeyturnError);
    expect(providerPackage).toThrow(`run "npm run build"`);
  });
});
