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
    isInputTerminal: false,
    print: (line) => printed.push(line),
    printError: (line) => errors.push(line),
    untilStopped: () => Promise.resolve(),
    onSignal: () => ({ stop: () => undefined }),
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
    ["exec --help", ["exec", "--help"], "KEYTURN_AGE_IDENTITY_FILE"],
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
    ["no command to run", ["exec", "--key", "a-b", "--env", "A"], "error: missing required argument 'command'"],
    ["no key to run it with", ["exec", "--env", "A", "true"], "error: required option '--key <name>' not specified"],
    ["no variable for it", ["exec", "--key", "a-b", "true"], "error: required option '--env <variable>' not specified"],
    [
      "a variable of no shell",
      ["exec", "--key", "a-b", "--env", "A B", "true"],
      '"A B" is not the name of an environment',
    ],
    [
      "two ways to find it",
      ["exec", "--key", "a-b", "--env", "A", "--from", "a:b", "--dir", "c", "true"],
      "'--from <place>' cannot be used with option '--dir",
    ],
    ["a rotation that plays", ["exec", "--on-rotation", "play", "true"], "write ignore, restart, or signal:"],
    ["to look all the time", ["exec", "--poll", "0s", "true"], "it must be longer than nothing"],
    ["a time without unit", ["exec", "--stop-timeout", "10", "true"], '"10" is not a duration'],
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
