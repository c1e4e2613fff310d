import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { stackFolders } from "../../../src/cli/stack-folders";
import { temporaryFolder } from "../../support/temporary-folder";

const root = temporaryFolder();

/** A project with that manifest of cdktf, and the folders of two stacks. */
function project(name: string, manifest?: string): string {
  const folder = path.join(root, name);
  for (const stack of ["publishing", "reports"])
    mkdirSync(path.join(folder, "cdktf.out/stacks", stack), { recursive: true });
  if (manifest !== undefined) writeFileSync(path.join(folder, "cdktf.out/manifest.json"), manifest);
  return folder;
}

const manifest = (...stacks: string[]): string =>
  JSON.stringify({
    version: "0.21.0",
    stacks: Object.fromEntries(stacks.map((name) => [name, { name, workingDirectory: `stacks/${name}` }])),
  });

describe("the folders that Terraform runs in", () => {
  test("are those of all stacks that cdktf has synthesised", async () => {
    const folder = project("two", manifest("publishing", "reports"));
    expect(await stackFolders([], folder)).toEqual([
      path.join(folder, "cdktf.out/stacks/publishing"),
      path.join(folder, "cdktf.out/stacks/reports"),
    ]);
  });

  test("are the current one where cdktf has synthesised nothing", async () => {
    const folder = project("none");
    expect(await stackFolders([], folder)).toEqual([folder]);
  });

  test("are those that were named, each once, whatever cdktf has synthesised", async () => {
    const folder = project("named", manifest("publishing"));
    const reports = path.join(folder, "cdktf.out/stacks/reports");
    expect(await stackFolders(["cdktf.out/stacks/reports", reports], folder)).toEqual([reports]);
  });

  test.each<[string, string[], string | undefined, RegExp]>([
    ["a named folder that does not exist", ["nowhere"], undefined, /there is no folder \S+nowhere; name the folder/],
    ["a named folder that is a file", ["cdktf.out/manifest.json"], "{}", /there is no folder/],
    ["a manifest that is no JSON", [], "stacks", /is not a manifest that cdktf has written/],
    ["a manifest of another form", [], '{"stacks":{"a":{"workingDirectory":7}}}', /is not a manifest/],
    ["a stack whose folder is gone", [], manifest("gone"), /there is no folder \S+gone; run cdktf synth again/],
  ])("are refused with %s", async (name, named, text, message) => {
    await expect(stackFolders(named, project(name.replaceAll(" ", "-"), text))).rejects.toThrow(message);
  });
});
