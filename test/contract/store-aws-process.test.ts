/**
 * AWS Secrets Manager from a program in one file, as the provider is: the SDK is not in it, and is found where the program runs.
 */
import { mkdirSync, mkdtempSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { bundle } from "../support/bundle";
import { runCommand, type RunResult } from "../support/run";
import { newSecretId, otherPeople } from "../support/secrets-manager/secret-place";
import { SecretsManagerServer } from "../support/secrets-manager/secrets-manager-server";
import { temporaryFolder } from "../support/temporary-folder";

const root = temporaryFolder();
const server = new SecretsManagerServer();
let program: string;
beforeAll(async () => {
  await server.start();
  program = await bundle("test/support/aws-store-process/main.ts", root);
});
afterAll(() => server.stop());

const sdk = "@aws-sdk/client-secrets-manager";
const modules = path.resolve(__dirname, "../../node_modules");

/** A stack's folder in a user's project that has installed what `install` puts there. */
function newStackFolder(install: (modulesFolder: string) => void): string {
  const project = mkdtempSync(path.join(root, "project-"));
  install(path.join(project, "node_modules"));
  const stack = path.join(project, "cdktf.out", "stacks", "keys");
  mkdirSync(stack, { recursive: true });
  return stack;
}

async function act(cwd: string, ...args: readonly string[]): Promise<RunResult> {
  return await runProgram(cwd, args, server.variables);
}

async function runProgram(
  cwd: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<RunResult> {
  return await runCommand(process.execPath, [program, ...args], { cwd, env: { ...env, HOME: cwd } });
}

test("the SDK is no part of the bundle, and is found in the project that the stack is in", async () => {
  const secretId = newSecretId();
  await otherPeople(server.variables).create(secretId);
  const stack = newStackFolder((folder) => {
    mkdirSync(path.dirname(path.join(folder, sdk)), { recursive: true });
    symlinkSync(path.join(modules, sdk), path.join(folder, sdk));
  });

  const { code, stdout } = await act(stack, "put", secretId, "k1");

  expect([code, stdout]).toEqual([0, '{"current":"k1"}\n']);
  expect(statSync(program).size).toBeLessThan(200_000);
});

test("without the SDK the message names the target and the command that installs it", async () => {
  const { code, stdout } = await act(
    newStackFolder(() => undefined),
    "check",
    "scheduler",
  );

  expect(code).toBe(1);
  expect(stdout).toContain(
    `STORE_UNREACHABLE: the secret scheduler in AWS Secrets Manager cannot be written: the package ${sdk} is not installed`,
  );
  expect(stdout).toContain(`npm install ${sdk}`);
});

test("an SDK that does not load is told from one that is missing", async () => {
  const stack = newStackFolder((folder) => {
    mkdirSync(path.join(folder, sdk), { recursive: true });
    writeFileSync(path.join(folder, sdk, "index.js"), 'require("@smithy/nowhere");');
  });

  const { stdout } = await act(stack, "check", "scheduler");

  expect(stdout).toMatch(/the package \S+ is installed in \S+\/node_modules, but does not load .*@smithy\/nowhere/);
});

test("a connection that is refused is named", async () => {
  const stack = newStackFolder((folder) => {
    mkdirSync(path.dirname(path.join(folder, sdk)), { recursive: true });
    symlinkSync(path.join(modules, sdk), path.join(folder, sdk));
  });
  const env = { ...server.variables, AWS_ENDPOINT_URL: "http://127.0.0.1:9" };

  const { stdout } = await runProgram(stack, ["check", "scheduler"], env);

  expect(stdout).toContain("there is no connection to AWS (ECONNREFUSED)");
});
