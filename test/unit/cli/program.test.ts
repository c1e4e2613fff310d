import { runProgram } from "../../../src/cli/program";
import { packageVersion } from "../../../src/model/version";
import type { CommandEnvironment } from "../../../src/cli/command-environment";

function environment(): CommandEnvironment & { printed: string[]; errors: string[] } {
  const printed: string[] = [];
  const errors: string[] = [];
  return {
    variables: {},
    currentFolder: "/no/such/folder",
    isTerminal: false,
    readInput: () => Promise.resolve(Buffer.alloc(0)),
    print: (line) => printed.push(line),
    printError: (line) => errors.push(line),
    untilStopped: () => Promise.resolve(),
    printed,
    errors,
  };
}

describe("keyturn", () => {
  test.each([
    ["--help", ["--help"], "serve [options]"],
    ["serve --help", ["serve", "--help"], "KEYTURN_SERVE_PASSWORD"],
    ["rollback --help", ["rollback", "--help"], "TERRAFORM_BINARY_NAME"],
    ["scan --help", ["scan", "--help"], "KEYTURN_FINGERPRINT_KEY"],
    ["--version", ["--version"], packageVersion],
  ])("%s explains itself and exits with 0", async (_name, words, text) => {
    const around = environment();
    expect(await runProgram(words, around)).toBe(0);
    expect(around.printed.join("\n")).toContain(text);
    expect(around.errors).toEqual([]);
  });

  test.each([
    ["an unknown command", ["polish"], "error: unknown command 'polish'"],
    ["an unknown option", ["serve", "--polish"], "error: unknown option '--polish'"],
    ["a port that is a word", ["serve", "--port", "http"], "give a number from 0 to 65535"],
    ["a port that is too large", ["serve", "--port", "65536"], "give a number from 0 to 65535"],
    [
      "a data file in no folder",
      ["serve", "--port", "0", "--data", "/no/such/folder/keys.json"],
      "its folder does not exist",
    ],
    ["a roll-back of nothing", ["rollback"], "error: missing required argument 'name'"],
    ["a roll-back in no folder", ["rollback", "a-b", "--dir", "nowhere"], "there is no folder /no/such/folder/nowhere"],
  ])("refuses %s in one line and exits with 1", async (_name, words, text) => {
    const around = environment();
    expect(await runProgram(words, around)).toBe(1);
    expect(around.printed).toEqual([]);
    expect(around.errors).toHaveLength(1);
    expect(around.errors[0]).toContain(text);
    expect(around.errors[0]?.trimEnd()).not.toContain("\n");
  });
});
