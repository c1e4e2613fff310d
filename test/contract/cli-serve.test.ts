import path from "node:path";
import { runProgram } from "../../src/cli/program";
import { callApi } from "../support/call-api";
import { temporaryFolder } from "../support/temporary-folder";

const folder = temporaryFolder();

/** Runs `keyturn serve` in this process, calls `visit` with what it printed once it listens, and stops it. */
async function serving(
  words: readonly string[],
  variables: Record<string, string>,
  visit: (output: string) => Promise<void>,
): Promise<void> {
  const printed: string[] = [];
  const errors: string[] = [];
  let stop = (): void => undefined;
  const stopped = new Promise<void>((resolve) => {
    stop = resolve;
  });
  let isReady = (): void => undefined;
  const ready = new Promise<void>((resolve) => {
    isReady = resolve;
  });
  const exit = runProgram(["serve", "--port", "0", ...words], {
    variables,
    currentFolder: process.cwd(),
    isTerminal: false,
    readInput: () => Promise.resolve(Buffer.alloc(0)),
    isInputTerminal: false,
    print: (line) => {
      printed.push(line);
      setImmediate(isReady);
    },
    printError: (line) => errors.push(line),
    untilStopped: () => stopped,
    onSignal: () => ({ stop: () => undefined }),
  });
  await Promise.race([ready, exit]);
  try {
    await visit(printed.join("\n"));
  } finally {
    stop();
  }
  expect(await exit).toBe(0);
  expect(errors).toEqual([]);
}

async function loginStatus(url: string, email: string, password: string): Promise<number> {
  const body = { email, password };
  return (await callApi({ url }, { method: "POST", path: "/v1/auth/login", headers: {}, body })).status;
}

describe("keyturn serve", () => {
  test("says where it listens and how to log in", async () => {
    await serving(["--admin"], {}, async (output) => {
      const url = /listens on (http:\/\/127\.0\.0\.1:\d+)/.exec(output)?.[1] ?? "";
      const email = /email +(\S+)/.exec(output)?.[1] ?? "";
      const password = /password +(\S+)/.exec(output)?.[1] ?? "";
      expect(email).toBe("admin@keyturn.localhost");
      expect(await loginStatus(url, email, password)).toBe(200);
      expect(output).toContain("in memory, gone when the server stops");
      expect(output).toContain("/_embedded/");
    });
  });

  test("says the same in one line of JSON", async () => {
    await serving(["--json"], { KEYTURN_SERVE_EMAIL: "me@acme.example" }, async (output) => {
      const { url, email, password, ...rest } = JSON.parse(output) as Record<"url" | "email" | "password", string>;
      expect(email).toBe("me@acme.example");
      expect(await loginStatus(url, email, password)).toBe(200);
      expect(rest).toEqual({ data: null, admin: false });
    });
  });

  test("never prints a password that it was given", async () => {
    const password = "given by the environment";
    await serving(["--json"], { KEYTURN_SERVE_PASSWORD: password }, async (output) => {
      const { url, email } = JSON.parse(output) as { url: string; email: string };
      expect(output).not.toContain(password);
      expect(await loginStatus(url, email, password)).toBe(200);
    });
  });

  test("shows the password at the first start only, and takes another one from the environment", async () => {
    const data = path.join(folder, "keys.json");
    const login = { email: "", password: "" };
    await serving(["--json", "--data", data], {}, (output) => {
      Object.assign(login, JSON.parse(output));
      return Promise.resolve();
    });
    await serving(["--json", "--data", data], {}, async (output) => {
      const { url, email, password } = JSON.parse(output) as { url: string; email: null; password: null };
      expect([email, password]).toEqual([null, null]);
      expect(await loginStatus(url, login.email, login.password)).toBe(200);
    });
    await serving(["--data", data], {}, (output) => {
      expect(output).toContain("with the password that the first start has shown");
      return Promise.resolve();
    });
    await serving(["--data", data], { KEYTURN_SERVE_PASSWORD: "another" }, async (output) => {
      expect(output).toContain("with the password of KEYTURN_SERVE_PASSWORD");
      const url = /http:\S+/.exec(output)?.[0] ?? "";
      expect(await loginStatus(url, login.email, "another")).toBe(200);
      expect(await loginStatus(url, login.email, login.password)).toBe(401);
    });
  });

  test("refuses an empty password", async () => {
    const errors: string[] = [];
    const exit = await runProgram(["serve", "--port", "0"], {
      variables: { KEYTURN_SERVE_PASSWORD: "" },
      currentFolder: process.cwd(),
      isTerminal: false,
      readInput: () => Promise.resolve(Buffer.alloc(0)),
      isInputTerminal: false,
      print: () => undefined,
      printError: (line) => errors.push(line),
      untilStopped: () => Promise.resolve(),
      onSignal: () => ({ stop: () => undefined }),
    });
    expect(exit).toBe(1);
    expect(errors).toEqual(["keyturn: KEYTURN_SERVE_PASSWORD is empty; give a password or unset it"]);
  });
});
