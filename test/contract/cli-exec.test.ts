/**
 * `keyturn exec` as a real process that runs real commands.
 */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { secretOf } from "../support/delivery";
import { bundleKeyturn, execSite, isRunning, javaScript, type ExecSite, type Running } from "../support/exec-process";
import { tracesOfSecret } from "../support/secret-traces";
import { temporaryFolder } from "../support/temporary-folder";
import { until } from "../support/until";

const root = temporaryFolder();
let executable: string;
let site: ExecSite;
beforeAll(async () => {
  executable = await bundleKeyturn(root);
});
beforeEach(async () => {
  site = await execSite(executable, root);
});

const said = async ({ output }: Running, words: string): Promise<void> => {
  await until(() => output().includes(words));
};

/** Says with which secret it has started, and goes on until it gets SIGTERM. */
const service = `
process.on("SIGTERM", () => { say("stopping " + secret); process.exit(0); });
say("started " + process.pid + " " + secret);
setInterval(() => {}, 1000);`;

describe("keyturn exec", () => {
  test("gives the command the secret, all other variables, and none of keyturn's own credentials", async () => {
    const credentials = {
      KEYTURN_API_KEY: "pb_live_manages",
      KEYTURN_TOKEN: "t",
      KEYTURN_EMAIL: "e",
      KEYTURN_PASSWORD: "p",
      KEYTURN_AGE_IDENTITY_FILE: "/nowhere",
      KEYTURN_FINGERPRINT_KEY: "f",
    };
    const result = await site.run(javaScript(`say(JSON.stringify(process.env))`), {
      variables: { ...credentials, KEYTURN_ENDPOINT: "http://127.0.0.1:1", LANG: "C" },
    });

    expect(result).toMatchObject({ code: 0, stderr: "" });
    expect(JSON.parse(result.stdout)).toEqual({
      PATH: process.env["PATH"],
      LANG: "C",
      KEYTURN_ENDPOINT: "http://127.0.0.1:1",
      PB_KEY: secretOf("k1"),
    });
  });

  test("may put the secret into a variable that keyturn reads itself", async () => {
    const words = ["--env", "KEYTURN_API_KEY", ...javaScript(`say(process.env.KEYTURN_API_KEY)`)];
    expect((await site.run(words)).stdout).toBe(`${secretOf("k1")}\n`);
  });

  test.each([
    ["after two hyphens", ["--"]],
    ["without them", []],
  ])("leaves the command's own options to it, %s", async (_name, before) => {
    const { stdout } = await site.run([
      ...before,
      process.execPath,
      "-p",
      "JSON.stringify(process.argv.slice(1))",
      "--",
      "--key",
      "x",
      "--",
      "--poll",
    ]);
    expect(JSON.parse(stdout)).toEqual(["--key", "x", "--", "--poll"]);
  });

  test("leaves standard input and output as they are", () => {
    const bytes = Buffer.from(Array.from({ length: 300_000 }, (_, index) => index % 256));
    const words = [
      "exec",
      "--key",
      "scheduler-prod",
      "--env",
      "PB_KEY",
      "--from",
      `encrypted-file:${site.file}`,
      "cat",
    ];
    const { stdout, status } = spawnSync(process.execPath, [executable, ...words], {
      env: site.variables,
      input: bytes,
      maxBuffer: 1_000_000,
    });
    expect(status).toBe(0);
    expect(stdout.equals(bytes)).toBe(true);
  });

  test.each<[string, string[], number]>([
    ["its own", ["--", "sh", "-c", "exit 7"], 7],
    ["128 and the number of the signal that ended it", ["--", "sh", "-c", "kill -KILL $$"], 137],
    ["127 where there is no such program", ["--", "no-such-program"], 127],
    ["126 where it may not be executed", ["--", "/etc/passwd"], 126],
  ])("ends with the exit status of the command: %s", async (_name, words, status) => {
    expect((await site.run(words)).code).toBe(status);
  });

  test("shows the secret in no argument, and nowhere but in the environment of the command", async () => {
    const running = site.start(javaScript(service));
    await said(running, "started");
    const command = Number(/started (\d+)/.exec(running.output())?.[1]);
    const family = new Set([String(running.pid), String(command), ...childrenOf(running.pid)]);
    for (const pid of family) {
      expect(tracesOfSecret(readFileSync(`/proc/${pid}/cmdline`, "latin1"), secretOf("k1"))).toEqual([]);
      const environment = readFileSync(`/proc/${pid}/environ`, "latin1");
      expect(environment.includes(secretOf("k1"))).toBe(pid === String(command));
      // keyturn itself has been given it that way.
      expect(environment.includes("AGE-SECRET-KEY-1")).toBe(pid === String(running.pid));
    }
    expect(family.size).toBe(3);
    expect(readdirSync(site.folder)).toEqual(["scheduler.age"]);
    running.kill("SIGTERM");
    expect((await running.result).stderr).toBe("");
  });

  test("follows a symbolic link to the file, as every reader does", async () => {
    const link = path.join(site.folder, "current.age");
    symlinkSync("scheduler.age", link);
    const { stdout } = await site.run(javaScript(`say(secret)`), { from: ["encrypted-file:current.age"] });
    expect(stdout).toBe(`${secretOf("k1")}\n`);
  });
});

describe("a signal to keyturn exec", () => {
  const tells = `
let count = 0;
for (const name of ["SIGTERM", "SIGINT", "SIGQUIT", "SIGHUP", "SIGUSR1", "SIGUSR2"]) process.on(name, () => {
  count += 1;
  say("got " + name);
  setTimeout(() => process.exit(40 + count), 200);
});
setInterval(() => {}, 1000);
say("ready");`;

  test.each<NodeJS.Signals>(["SIGTERM", "SIGINT", "SIGQUIT", "SIGHUP", "SIGUSR1", "SIGUSR2"])(
    "reaches the command once, and leaves the rest to it: %s",
    async (name) => {
      const running = site.start(javaScript(tells));
      await said(running, "ready");
      running.kill(name);
      expect(await running.result).toMatchObject({ code: 41, stdout: `ready\ngot ${name}\n`, stderr: "" });
    },
  );

  test("ends a command that does not handle it, and the status says so", async () => {
    const running = site.start(javaScript(`say("ready"); setInterval(() => {}, 1000)`));
    await said(running, "ready");
    running.kill("SIGTERM");
    expect((await running.result).code).toBe(143);
  });

  test("reaches all that the command has started if it is SIGINT, as at a terminal", async () => {
    const running = site.start([
      "--",
      "sh",
      "-c",
      `"$0" -e '${tells.replaceAll("say", "console.log")}'; exit 5`,
      process.execPath,
    ]);
    await said(running, "ready");
    running.kill("SIGINT");
    await said(running, "got SIGINT");
    await running.result;
  });
});

describe("a rotation", () => {
  const restarting = ["--on-rotation", "restart", "--poll", "1s"];

  test("restarts the command with the new secret, after the old one has ended", async () => {
    const running = site.start([...restarting, ...javaScript(service)]);
    await said(running, `started`);
    await site.deliver("k2");
    await said(running, secretOf("k2"));
    running.kill("SIGTERM");
    const { code, stdout, stderr } = await running.result;
    expect(code).toBe(0);
    expect(stdout.replaceAll(/started \d+/g, "started").split("\n")).toEqual([
      `started ${secretOf("k1")}`,
      `stopping ${secretOf("k1")}`,
      `started ${secretOf("k2")}`,
      `stopping ${secretOf("k2")}`,
      "",
    ]);
    expect(stderr).toBe(`keyturn: scheduler-prod has been rotated, to the key k2; restarting ${process.execPath}\n`);
  });

  test("that is taken back restarts it with the secret of before", async () => {
    const running = site.start([...restarting, ...javaScript(service)]);
    await said(running, "started");
    await site.deliver("k2");
    await said(running, secretOf("k2"));
    renameSync(`${site.file}.previous`, site.file);
    await until(() => running.output().split(secretOf("k1")).length === 4);
    running.kill("SIGTERM");
    expect((await running.result).stderr).toContain("to the key k1; restarting");
  });

  test("sends the signal that was asked for, once, and leaves the command running", async () => {
    const counts = `let count = 0; process.on("SIGHUP", () => { count += 1; say("hup " + count + " " + process.pid); }); ${service}`;
    const running = site.start(["--on-rotation", "signal:SIGHUP", "--poll", "1s", ...javaScript(counts)]);
    await said(running, "started");
    await site.deliver("k2");
    await said(running, "hup 1");
    await site.deliver("k3");
    await said(running, "hup 2");
    running.kill("SIGTERM");
    const { stdout, stderr } = await running.result;
    expect(stdout).toMatch(/^started (\d+) \S+\nhup 1 \1\nhup 2 \1\nstopping \S+\n$/);
    expect(stderr).toContain("scheduler-prod has been rotated, to the key k3; sending SIGHUP to ");
  });

  test("does nothing where nothing was asked for", async () => {
    const running = site.start(["--poll", "1s", ...javaScript(`say("started"); setTimeout(() => {}, 2500)`)]);
    await said(running, "started");
    await site.deliver("k2");
    expect(await running.result).toEqual({ code: 0, stdout: "started\n", stderr: "", output: "started\n" });
  });

  test("kills a command that does not end in time, and says so", async () => {
    const deaf = `process.on("SIGTERM", () => say("deaf")); say("started " + secret); setInterval(() => {}, 1000);`;
    const running = site.start([...restarting, "--stop-timeout", "1s", ...javaScript(deaf)]);
    await said(running, "started");
    await site.deliver("k2");
    await said(running, `started ${secretOf("k2")}`);
    expect(running.output()).toContain(`${process.execPath} did not end within 1s, and was killed`);
    running.kill("SIGTERM");
    await until(() => running.output().split("deaf").length === 3);
    process.kill(-Number(childrenWith(running.pid, "-e")[0]), "SIGKILL");
    expect((await running.result).code).toBe(137);
  });

  test("waits for all that the command has started and left, so that nobody goes on with the old secret", async () => {
    // A wrapper that ends at once, and a service that needs a moment and holds a lock until then.
    const lock = path.join(site.folder, "lock");
    const program = `
require("fs").mkdirSync(${JSON.stringify(lock)});
console.log("started " + process.env.PB_KEY);
process.on("SIGTERM", () => setTimeout(() => { require("fs").rmdirSync(${JSON.stringify(lock)}); process.exit(0); }, 300));
setInterval(() => {}, 1000);`;
    const running = site.start([...restarting, "--", "sh", "-c", `"$0" -e "$1"; exit 5`, process.execPath, program]);
    await said(running, "started");
    await site.deliver("k2");
    await said(running, `started ${secretOf("k2")}`);
    expect(existsSync(lock)).toBe(true);
    expect(running.output()).not.toContain("was killed");
    running.signal("SIGKILL");
    await running.result;
    await until(() => !existsSync(lock));
  });

  test("does not start the command again if keyturn was asked to end meanwhile", async () => {
    const slow = `
say("started");
process.once("SIGTERM", () => { say("stopping"); setTimeout(() => process.exit(9), 700); process.on("SIGTERM", () => {}); });
setInterval(() => {}, 1000);`;
    const running = site.start([...restarting, ...javaScript(slow)]);
    await said(running, "started");
    await site.deliver("k2");
    await said(running, "stopping");
    running.kill("SIGTERM");
    expect(await running.result).toMatchObject({ code: 9, stdout: "started\nstopping\n" });
  });

  test("does not bring back a command that has ended by itself", async () => {
    expect(await site.run([...restarting, ...javaScript(`say("once"); process.exit(3)`)])).toMatchObject({
      code: 3,
      stdout: "once\n",
    });
  });

  test("leaves the streams that the command shares with keyturn as they were", async () => {
    const flags = (fd: number): string =>
      `/flags:\\s+(\\d+)/.exec(require("fs").readFileSync("/proc/self/fdinfo/${fd}"))[1]`;
    const tells = `
const nonBlocking = () => [${[0, 1, 2].map(flags).join(", ")}].map((flags) => parseInt(flags, 8) & 0o4000);
process.on("SIGHUP", () => { say("after " + nonBlocking()); process.exit(0); });
say("before " + nonBlocking()); setInterval(() => {}, 1000);`;
    const running = site.start(["--on-rotation", "signal:SIGHUP", "--poll", "1s", ...javaScript(tells)]);
    await said(running, "before");
    await site.deliver("k2");
    expect((await running.result).stdout).toBe("before 0,0,0\nafter 0,0,0\n");
  });
});

describe("a place that cannot be read", () => {
  test.each<[string, () => Parameters<ExecSite["run"]>[1], readonly string[]]>([
    [
      "no file in no folder",
      () => ({ from: ["encrypted-file:nowhere/a.age", "encrypted-file:/b.age"] }),
      ["/nowhere/a.age cannot be read: the folder ", "the encrypted file /b.age holds no secret"],
    ],
    [
      "the secret of another key",
      () => ({ key: "billing-prod" }),
      ["scheduler.age is the secret of the key scheduler-prod, and not the secret of the key billing-prod"],
    ],
    ["no private key", () => ({ variables: { KEYTURN_AGE_IDENTITY: "" } }), ["set KEYTURN_AGE_IDENTITY_FILE"]],
    [
      "a kind that does not exist",
      () => ({ from: ["floppy:a"] }),
      ['"floppy:a" is not a place to read a secret from', "The kinds are encrypted-file"],
    ],
    ["a path for a shell", () => ({ from: ["encrypted-file:~/a"] }), ["begins with ~, which only a shell understands"]],
  ])("starts nothing, says why of each, and ends with 1: %s", async (_name, changes, parts) => {
    const mark = path.join(site.folder, "started");
    const { code, stdout, stderr } = await site.run(["--", "touch", mark], changes());
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    for (const part of parts) expect(stderr).toContain(part);
    expect(stderr.trimEnd()).not.toContain("\n");
    expect(stderr).not.toContain("this should not happen");
    expect(existsSync(mark)).toBe(false);
  });

  test("is passed over, in words, where another one gives the secret", async () => {
    const from = ["encrypted-file:/nowhere/a.age", `encrypted-file:${site.file}`];
    const { code, stdout, stderr } = await site.run(javaScript(`say(secret)`), { from });
    expect({ code, stdout }).toEqual({ code: 0, stdout: `${secretOf("k1")}\n` });
    expect(stderr).toBe(
      "keyturn: passed over: the encrypted file /nowhere/a.age cannot be read: the folder /nowhere does not exist\n",
    );
  });

  test("later on is reported once, the command goes on, and a rotation is noticed when it can be read again", async () => {
    const running = site.start(["--on-rotation", "restart", "--poll", "1s", ...javaScript(service)]);
    await said(running, "started");
    const before = running.output();
    writeFileSync(site.file, "overwritten");
    await said(running, "is a file that is not encrypted with age, and not the secret of the key scheduler-prod");
    rmSync(site.file);
    await said(running, `${site.file} holds no secret`);
    expect(running.output()).toContain("The command goes on as it is, and keyturn looks again every 1s");
    await site.deliver("k2");
    await said(running, `started`);
    await said(running, secretOf("k2"));
    await said(running, "can be read again");
    running.kill("SIGTERM");
    const { stdout, stderr } = await running.result;
    expect(stdout.startsWith(before)).toBe(true);
    expect(stderr.split("\n").filter((line) => line.includes("goes on as it is"))).toHaveLength(2);
  });

  test("just when it is needed leaves the command running with the secret that it has", async () => {
    const identity = path.join(site.folder, "key.txt");
    writeFileSync(identity, String(site.variables["KEYTURN_AGE_IDENTITY"]));
    const running = site.start(["--on-rotation", "restart", "--poll", "1s", ...javaScript(service)], {
      variables: { KEYTURN_AGE_IDENTITY: "", KEYTURN_AGE_IDENTITY_FILE: identity },
    });
    await said(running, "started");
    renameSync(identity, `${identity}.away`);
    await site.deliver("k2");
    await said(running, "the private key of KEYTURN_AGE_IDENTITY_FILE cannot be read");
    expect(running.output()).not.toContain("stopping");
    renameSync(`${identity}.away`, identity);
    await said(running, secretOf("k2"));
    running.kill("SIGTERM");
    expect((await running.result).code).toBe(0);
  });
});

describe("keyturn exec that is killed with SIGKILL", () => {
  test.each([
    ["ends the command", service, "stopping", "10s"],
    [
      "kills a command that does not end in time",
      `process.on("SIGTERM", () => {}); ${service.replace("SIGTERM", "SIGUSR1")}`,
      "",
      "1s",
    ],
  ])("%s", async (_name, program, last, patience) => {
    const running = site.start(["--stop-timeout", patience, ...javaScript(program)]);
    await said(running, "started");
    const pid = Number(/started (\d+)/.exec(running.output())?.[1]);
    expect(isRunning(pid)).toBe(true);

    running.kill("SIGKILL");

    // The result comes when nobody holds the output any more.
    const { code, stdout, stderr } = await running.result;
    expect(code).toBeNull();
    expect(stdout).toContain(last);
    expect(stderr).toBe("keyturn: was killed; the command is ended, too\n");
    await until(() => !isRunning(pid));
  });

  test("while it restarts leaves nobody behind", async () => {
    const slow = service.replace("process.exit(0)", "setTimeout(() => process.exit(0), 500)");
    const running = site.start(["--on-rotation", "restart", "--poll", "1s", ...javaScript(slow)]);
    await said(running, "started");
    await site.deliver("k2");
    await said(running, "stopping");
    running.kill("SIGKILL");
    const { stdout } = await running.result;
    expect(stdout).not.toContain(secretOf("k2"));
    await until(() => !isRunning(Number(/started (\d+)/.exec(stdout)?.[1])));
  });
});

describe("keyturn exec without --from", () => {
  const project = (name: string, targets: readonly object[], more: readonly object[] = []): string => {
    const folder = path.join(site.folder, name);
    mkdirSync(folder);
    const values = {
      id: "k1",
      service: "scheduler",
      environment: "prod",
      rotation_period: "90d",
      deliver_to: targets,
    };
    const key = { address: "keyturn_api_key.scheduler", mode: "managed", type: "keyturn_api_key", values };
    const resources = [key, ...more.map((changes) => ({ ...key, ...changes }))];
    const state = { format_version: "1.0", values: { root_module: { resources } } };
    writeFileSync(path.join(folder, "state.json"), JSON.stringify(state));
    writeFileSync(path.join(folder, "terraform"), `#!/bin/sh\ncat state.json\n`, { mode: 0o755 });
    return folder;
  };
  const inFolder = (folder: string): Parameters<ExecSite["run"]>[1] => ({
    from: [],
    variables: { TERRAFORM_BINARY_NAME: path.join(folder, "terraform") },
  });
  const file = { encrypted_file: { path: "../scheduler.age", recipients: [`age1${"q".repeat(58)}`] } };

  test("reads the delivery targets that the state names, and is stopped by no deployment that is under way", async () => {
    const elsewhere = { encrypted_file: { ...file.encrypted_file, path: "../nowhere/a.age" } };
    const folder = project("stack", [elsewhere, file], [{ deposed_key: "ab12cd34" }]);
    const { code, stdout, stderr } = await site.run(["--dir", folder, ...javaScript(`say(secret)`)], inFolder(folder));
    expect({ code, stdout }).toEqual({ code: 0, stdout: `${secretOf("k1")}\n` });
    expect(stderr).toContain("passed over: the encrypted file ");
  });

  test.each<[string, () => string, string]>([
    [
      "a key whose secret goes to the state only",
      () => project("state", [{ terraform_state: { i_understand_the_secret_is_in_state: true } }]),
      "the secret of scheduler-prod goes to Terraform's state only, which is not read here",
    ],
    [
      "a key that two resources declare",
      () => project("twice", [file], [{ address: "keyturn_api_key.other" }]),
      "several resources declare the key scheduler-prod",
    ],
    ["a folder that does not exist", () => "nowhere", "there is no folder "],
  ])("refuses %s, and starts nothing", async (_name, makeFolder, words) => {
    const folder = makeFolder();
    const { code, stdout, stderr } = await site.run(
      ["--dir", folder, ...javaScript(`say("started")`)],
      inFolder(folder),
    );
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toContain(words);
  });
});

/** The program that gives another one a terminal. */
const scriptProgram = (process.env["PATH"] ?? "")
  .split(path.delimiter)
  .map((folder) => path.join(folder, "script"))
  .find((file) => existsSync(file));
if (!scriptProgram)
  process.stderr.write("skipped: there is no program `script`, so keyturn exec is not tried at a terminal\n");

(scriptProgram ? describe : describe.skip)("keyturn exec at a terminal", () => {
  /** The words of a shell for these words. */
  const quoted = (words: readonly string[]): string =>
    words.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(" ");

  test("leaves Ctrl-C to the terminal, which gives it to the command once, and hands SIGTERM on", async () => {
    const tells = `
let count = 0;
process.on("SIGINT", () => { count += 1; setTimeout(() => say("interrupts " + count), 200); });
process.on("SIGTERM", () => { say("term"); process.exit(6); });
const { openSync } = require("fs");
openSync("/dev/tty", "r");
say("ready " + process.ppid); setInterval(() => {}, 1000);`;
    const words = ["exec", "--key", "scheduler-prod", "--env", "PB_KEY", "--from", `encrypted-file:${site.file}`];
    // In place of the shell, which would make something of the Ctrl-C itself.
    const line = `exec ${quoted([process.execPath, executable, ...words, ...javaScript(tells)])}`;
    const terminal = spawn(String(scriptProgram), ["--quiet", "--return", "--command", line, "/dev/null"], {
      env: { ...site.variables, SHELL: "/bin/sh", TERM: "dumb" },
      stdio: ["pipe", "pipe", "inherit"],
    });
    let shown = "";
    terminal.stdout.on("data", (chunk: Buffer) => {
      shown += chunk.toString();
    });
    const ended = once(terminal, "exit");
    await until(() => shown.includes("ready"));
    terminal.stdin.write("\u0003");
    await until(() => shown.includes("interrupts"));
    process.kill(Number(/ready (\d+)/.exec(shown)?.[1]), "SIGTERM");

    const [status] = (await ended) as [number];
    expect(shown).toContain("interrupts 1");
    expect(shown).not.toContain("interrupts 2");
    expect(status).toBe(6);
  });
});

function childrenOf(pid: number | undefined): readonly string[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ");
}

/** The children that were started with this argument. */
function childrenWith(pid: number | undefined, argument: string): readonly string[] {
  return childrenOf(pid).filter((child) =>
    readFileSync(`/proc/${child}/cmdline`, "utf8").split("\0").includes(argument),
  );
}
