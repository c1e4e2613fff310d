/**
 * `keyturn rollback` with a program in Terraform's place, which shows the state of a key that was made by the real provider.
 */
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { stripVTControlCharacters } from "node:util";
import { runProgram } from "../../src/cli/program";
import { testWorld } from "../../src/testing";
import { RollingBack } from "../support/rolling-back";
import { temporaryFolder } from "../support/temporary-folder";

const root = temporaryFolder();
const secretOfAnother = "pb_live_of-another-resource";

let site: RollingBack;
beforeEach(async () => {
  site = await RollingBack.start();
});
afterEach(async () => {
  await site.close();
});

/** A program that stands in Terraform's place. */
function terraformThat(folder: string, script: string): string {
  const program = path.join(folder, "terraform");
  writeFileSync(program, `#!/bin/sh\n${script}\n`);
  chmodSync(program, 0o755);
  return program;
}

function stateJson(values: object | null): string {
  const other = { address: "other.x", mode: "managed", type: "other", values: { password: secretOfAnother } };
  const key = {
    address: "keyturn_api_key.scheduler",
    mode: "managed",
    type: "keyturn_api_key",
    schema_version: 0,
    values,
  };
  return JSON.stringify({
    format_version: "1.0",
    values: { root_module: { resources: [other], child_modules: [{ resources: values ? [key] : [] }] } },
  });
}

/** A folder where Terraform shows the present state of the key, with paths relative to the folder. */
function projectFolder(name: string, values: object | null = site.state): string {
  const folder = path.join(root, name.replaceAll(/\W+/g, "-"));
  mkdirSync(folder, { recursive: true });
  const targets = (site.state.deliver_to ?? []).map(({ encrypted_file: file }) => ({
    encrypted_file: { ...file, path: path.relative(folder, String(file?.path)) },
  }));
  writeFileSync(path.join(folder, "state.json"), stateJson(values && { ...values, deliver_to: targets }));
  terraformThat(folder, `[ "$1 $2" = "show -json" ] && cat state.json`);
  return folder;
}

async function keyturn(
  words: readonly string[],
  { folder, variables = {} }: { folder: string; variables?: Record<string, string> },
): Promise<{ status: number; printed: string; errors: string }> {
  const printed: string[] = [];
  const errors: string[] = [];
  const status = await runProgram(["rollback", ...words], {
    variables: {
      PATH: process.env["PATH"] ?? "",
      TERRAFORM_BINARY_NAME: path.join(folder, "terraform"),
      KEYTURN_ENDPOINT: site.world.api.url,
      KEYTURN_API_KEY: testWorld.managementKey.reveal(),
      ...variables,
    },
    currentFolder: folder,
    isTerminal: false,
    readInput: () => Promise.resolve(Buffer.alloc(0)),
    isInputTerminal: false,
    print: (line) => printed.push(line),
    printError: (line) => errors.push(line),
    untilStopped: () => Promise.resolve(),
    onSignal: () => ({ stop: () => undefined }),
  });
  const all = [...printed, ...errors].join("\n");
  for (const secret of [secretOfAnother, testWorld.managementKey.reveal(), ...(await site.secrets())]) {
    if (secret !== undefined) expect(all).not.toContain(secret);
  }
  expect(stripVTControlCharacters(all)).toBe(all);
  return { status, printed: printed.join("\n"), errors: errors.join("\n") };
}

describe("keyturn rollback", () => {
  test("says what it would do, does it, and says that it is done", async () => {
    const first = await site.create();
    const [secret] = await site.secrets();
    const second = await site.rotate("spring");
    const folder = projectFolder("happy");

    const tried = await keyturn(["scheduler-prod", "--dry-run"], { folder });
    expect(tried).toMatchObject({ status: 0, errors: "" });
    expect(tried.printed).toContain("scheduler-prod can be rolled back; nothing was changed");
    expect(await site.secrets()).not.toContain(secret);

    const done = await keyturn(["scheduler-prod"], { folder });
    expect(done).toMatchObject({ status: 0, errors: "" });
    for (const part of [
      "scheduler-prod was rolled back",
      `  active       ${first}, created at 2026-03-01T12:00:01Z`,
      ...site.files.map((file) => `  handed out   by the encrypted file ${file}`),
      `  rolled back  ${second}, since 2026-03-02T12:`,
      `, once ${first} is in use and ${second} has gone quiet`,
      "before 2026-05-30T12:00:01Z, when the next rotation is due.",
    ]) {
      expect(done.printed).toContain(part);
    }
    expect(await site.secrets()).toEqual([secret, secret]);

    const again = await keyturn(["scheduler-prod", "--json"], { folder });
    expect(again).toMatchObject({ status: 0, errors: "" });
    expect(again.printed).not.toContain("\n");
    expect(JSON.parse(again.printed)).toEqual({
      name: "scheduler-prod",
      outcome: "done-before",
      active: { id: first, createdAt: "2026-03-01T12:00:01Z" },
      rolledBack: {
        id: second,
        name: expect.stringMatching(/^scheduler-prod~rolledback~/) as string,
        since: expect.stringMatching(/^2026-03-02T12:/) as string,
      },
      stores: site.files.map((file) => `the encrypted file ${file}`),
      revocableFrom: expect.stringMatching(/^2026-03-02T13:/) as string,
      rotationDueAt: "2026-05-30T12:00:01Z",
      notes: [],
    });
  });

  test("takes the endpoint of the command line before that of the environment", async () => {
    await site.create();
    await site.rotate("spring");
    const folder = projectFolder("endpoint");
    const variables = { KEYTURN_ENDPOINT: "http://127.0.0.1:1" };
    expect((await keyturn(["scheduler-prod", "--endpoint", site.world.api.url], { folder, variables })).status).toBe(0);
  });

  test.each<[string, string[], RegExp, Record<string, string>]>([
    ["a name that no state has", ["worker-prod"], /no state has a key named "worker-prod"; looked in /, {}],
    ["a name with what steers a terminal", ["\u001b[31m"], /no state has a key named "\\u001b\[31m"/, {}],
    [
      "a key that was never rotated",
      ["scheduler-prod"],
      /cannot be rolled back: there is no generation to go back to/,
      {},
    ],
    ["no credential", ["scheduler-prod"], /there is no credential for the API/, { KEYTURN_API_KEY: "" }],
    ["a wrong credential", ["scheduler-prod"], /401/, { KEYTURN_API_KEY: "pb_live_wrong" }],
    [
      "a program that does not exist",
      ["scheduler-prod"],
      /there is no program tf-9, which TERRAFORM_BINARY_NAME names/,
      { TERRAFORM_BINARY_NAME: "tf-9" },
    ],
    [
      "no Terraform at all",
      ["scheduler-prod"],
      /neither terraform nor tofu on the PATH/,
      { TERRAFORM_BINARY_NAME: "", PATH: "/nowhere" },
    ],
    [
      "one folder named twice in other words",
      ["scheduler-prod", "--dir", ".", "--dir", "./"],
      /no generation to go back to/,
      {},
    ],
  ])("refuses %s, in one line", async (name, words, message, variables) => {
    await site.create();
    const { status, printed, errors } = await keyturn(words, {
      folder: projectFolder(name),
      variables,
    });
    expect({ status, printed }).toEqual({ status: 1, printed: "" });
    expect(errors).toMatch(message);
    expect(errors).not.toContain("\n");
    expect(errors).not.toContain("this should not happen");
  });

  test.each<[string, string, RegExp]>([
    [
      "is not initialised",
      `printf '\\033[31mError: Backend initialization required\\n│ run init\\n' >&2; exit 1`,
      /terraform cannot show the state of \S+: Error: Backend initialization required run init$/,
    ],
    ["fails without a word", "exit 3", /it ended without saying why/],
    ["shows a state of another version", `echo '{"format_version":"2.1"}'`, /version "2\.1" of the format/],
    ["shows what is no state", `echo "${secretOfAnother}"`, /is not JSON/],
  ])("refuses a folder where Terraform %s", async (name, script, message) => {
    await site.create();
    const folder = projectFolder(name);
    terraformThat(folder, script);
    const { status, errors } = await keyturn(["scheduler-prod"], { folder });
    expect(status).toBe(1);
    expect(errors).toMatch(message);
    expect(errors).not.toContain("this should not happen");
  });

  test("refuses while the state has a replaced key that waits for its end, which would be the end of the one to go back to", async () => {
    await site.create();
    const folder = projectFolder("deposed");
    const file = path.join(folder, "state.json");
    const shown = readFileSync(file, "utf8").replace(
      '"schema_version":0',
      '"schema_version":0,"deposed_key":"ab12cd34"',
    );
    writeFileSync(file, shown);
    const { status, errors } = await keyturn(["scheduler-prod"], { folder });
    expect(status).toBe(1);
    expect(errors).toMatch(
      /a run was cut short before it had ended the replaced key .*; deploy first, and then roll back/,
    );
  });

  test("refuses a key that two stacks declare, and names both", async () => {
    await site.create();
    const folders = [projectFolder("stack one"), projectFolder("stack two")];
    const dirs = folders.flatMap((folder) => ["--dir", folder]);
    const { status, errors } = await keyturn(["scheduler-prod", ...dirs], { folder: String(folders[0]) });
    expect(status).toBe(1);
    expect(errors).toContain(
      `several resources declare the key scheduler-prod: ${folders.map((folder) => `keyturn_api_key.scheduler in ${folder}`).join(", ")}`,
    );
  });

  test("refuses a key of another workspace", async () => {
    await site.create();
    const folder = projectFolder("elsewhere", {
      ...site.state,
      service: "reports",
      id: "44444444-4444-4444-8444-444444444444",
    });
    const { status, errors } = await keyturn(["reports-prod"], { folder });
    expect(status).toBe(1);
    expect(errors).toContain("Check that the credential and the endpoint are those of the key's workspace");
  });
});
