/**
 * `keyturn scan` as CI runs it: the program in one file, in a process of its own, on a bundle that esbuild has made of sources with a key in them.
 */
import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { gzipSync, brotliCompressSync } from "node:zlib";
import { zipSync } from "fflate";
import { build } from "esbuild";
import { fingerprintOf } from "../../src/model/fingerprint";
import { Secret } from "../../src/model/secret";
import type { ScanReport } from "../../src/scan/finding";
import { bundle } from "../support/bundle";
import { encodings, freshKey } from "../support/planted-key";
import { runCommand, type RunResult } from "../support/run";
import { tracesOfSecret } from "../support/secret-traces";
import { temporaryFolder } from "../support/temporary-folder";

const root = temporaryFolder();
const fingerprintKey = randomBytes(32).toString("hex");
const fingerprint = (secret: string, key = fingerprintKey): string =>
  fingerprintOf(new Secret(secret), new Secret(key));
const planted: string[] = [];

let program: string;
beforeAll(async () => {
  program = await bundle("src/cli/bin/keyturn.ts", root);
});

function key(prefix?: "pb_live_" | "pb_test_"): string {
  const fresh = freshKey(prefix);
  planted.push(fresh);
  return fresh;
}

/** A folder with these files. */
function folderWith(name: string, files: Readonly<Record<string, string | Buffer>>): string {
  const folder = path.join(root, name);
  for (const [file, content] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    writeFileSync(path.join(folder, file), content);
  }
  return folder;
}

/** What the real tar makes of these files. */
function tarOf(files: Readonly<Record<string, string | Buffer>>): Buffer {
  const folder = folderWith("archive", files);
  return execFileSync("tar", ["--create", "--directory", folder, ...Object.keys(files)], { maxBuffer: 2 ** 24 });
}

/** Runs the scan, and makes sure that no key that was ever planted is in what it says. */
async function scan(
  words: readonly string[],
  {
    cwd = root,
    env = { KEYTURN_FINGERPRINT_KEY: fingerprintKey },
  }: { cwd?: string; env?: Record<string, string> } = {},
): Promise<RunResult> {
  const environment = { PATH: process.env["PATH"] ?? "", ...env };
  const result = await runCommand(process.execPath, [program, "scan", ...words], { cwd, env: environment });
  for (const secret of planted) {
    expect(tracesOfSecret(result.output, secret)).toEqual([]);
    expect(tracesOfSecret(result.output, secret.slice(8, 24))).toEqual([]);
  }
  return result;
}

async function report(words: readonly string[], options?: Parameters<typeof scan>[1]): Promise<ScanReport> {
  return JSON.parse((await scan([...words, "--json"], options)).stdout) as ScanReport;
}

/** A frontend whose source has the key in several forms, as esbuild builds it for a browser. */
async function frontend(name: string, secret: string, options: { minify: boolean }): Promise<string> {
  const source = folderWith(`${name}-source`, {
    "main.js": `import { token } from "./token.js"; import data from "./data.json";
      const parts = ["pb_", "${secret.slice(3, 8)}", "${secret.slice(8)}"];
      fetch("/a", { headers: { "X-API-Key": "${secret.slice(0, 20)}" + "${secret.slice(20)}" } });
      console.log(token, data.basic, parts.join(""), "é", import.meta.env.KEY);`,
    "token.js": `export const token = atob("${Buffer.from(`user:${secret}`).toString("base64")}");`,
    "data.json": JSON.stringify({ basic: Buffer.from(secret).toString("hex") }),
  });
  const folder = path.join(root, name);
  await build({
    entryPoints: [path.join(source, "main.js")],
    outfile: path.join(folder, "app.js"),
    bundle: true,
    sourcemap: true,
    format: "esm",
    platform: "browser",
    define: { "import.meta.env.KEY": JSON.stringify(secret) },
    logLevel: "error",
    ...options,
  });
  return folder;
}

describe("keyturn scan", () => {
  test.each([true, false])("finds a key in a bundle of esbuild and its source map (minified: %s)", async (minify) => {
    const secret = key();
    const folder = await frontend(`frontend-${minify}`, secret, { minify });
    expect(await scan([folder])).toMatchObject({ code: 1 });
    const { findings } = await report([folder]);
    const forms = (file: string): readonly string[] =>
      findings.filter((each) => each.file.endsWith(file)).map((each) => each.form);
    expect(forms("app.js")).toEqual(expect.arrayContaining(["plain", "split", "base64", "hex"]));
    expect(forms("app.js.map")).toEqual(expect.arrayContaining(["split", "base64", "hex"]));
    expect(new Set(findings.map((each) => each.fingerprint))).toEqual(new Set([fingerprint(secret)]));
  });

  test("says file, line and column, what a key looks like, and which live key it is", async () => {
    const [live, other] = [key(), key("pb_test_")];
    const folder = folderWith("told", { "dist/app.js": `// é\nlet a = "${live}";\n`, "dist/b.js": `x("${other}")` });
    const list = path.join(folder, "live.txt");
    writeFileSync(list, `${fingerprint(live)} scheduler-prod\n`);
    expect(await scan(["dist", "--fingerprints", "live.txt"], { cwd: folder })).toMatchObject({
      code: 1,
      stdout:
        `dist/app.js:2:10: the live key scheduler-prod, pb_live_… (51 characters), plain, ${fingerprint(live)}\n` +
        `dist/b.js:1:4: a key, pb_test_… (51 characters), plain, ${fingerprint(other)}\n`,
      stderr: "searched 2 files (0.0 MB), found 2 keys\n",
    });
    expect(await scan(["dist"], { cwd: folder, env: {} })).toMatchObject({
      code: 1,
      stdout:
        "dist/app.js:2:10: a key, pb_live_… (51 characters), plain\ndist/b.js:1:4: a key, pb_test_… (51 characters), plain\n",
    });
  });

  test("finds a key in every form, in files of every kind", async () => {
    const secret = key();
    const folder = folderWith("forms", {
      ...Object.fromEntries(encodings.map(([, , encode], index) => [`file-${index}`, encode(secret)])),
      "log.gz": gzipSync(`first\n${secret}`),
      "app.js.br": brotliCompressSync(`first\n${secret}`),
      "cut-short.gz": gzipSync(`${secret} ${randomBytes(100_000).toString("hex")}`).subarray(0, 50_000),
      "program.bin": Buffer.concat([randomBytes(3_000_000), Buffer.from(`\0${secret}\0`), randomBytes(3_000_000)]),
      [`named/${secret}/empty`]: "",
    });
    symlinkSync(`/nowhere/${secret}`, path.join(folder, "link"));
    const { findings } = await report([folder]);
    const found = new Set(findings.map(({ file }) => path.relative(folder, file)));
    const expected = ["log.gz", "app.js.br", "cut-short.gz", "program.bin", "named/pb_live_…", "link"];
    expect(found).toEqual(new Set([...expected, ...encodings.map((_encoding, index) => `file-${index}`)]));
    const exact = findings.filter((each) => each.fingerprint === fingerprint(secret)).length;
    // Of the others one runs into what follows it.
    expect(exact).toBeGreaterThanOrEqual(findings.length - 4);
  });

  test("is content with a folder without keys, and with placeholders", async () => {
    const folder = folderWith("clean", { "README.md": "send pb_live_your_api_key_goes_here or pb_live_…\n" });
    expect(await scan(["."], { cwd: folder })).toMatchObject({
      code: 0,
      stdout: "",
      stderr: "searched 1 file (0.0 MB), found 0 keys\n",
    });
  });

  test("takes nothing for a key in what others have written: sources, types, bundles, programs", async () => {
    const packages = ["typescript", "@types", "esbuild", "@esbuild", "@swc", "zod", "undici"];
    const folders = packages.map((name) => path.resolve(__dirname, "../../node_modules", name));
    const { findings, problems, searchedBytes } = await report(folders);
    expect({ findings, problems }).toEqual({ findings: [], problems: [] });
    expect(searchedBytes).toBeGreaterThan(30e6);
  });

  test("lets a value be that is allowed with a reason, and never a live key", async () => {
    const [dummy, live] = [key(), key()];
    const folder = folderWith("allowed", {
      "src/sample.ts": dummy,
      "allow.txt": `${fingerprint(dummy)} the sample of the docs\n${fingerprint(live)} a bad idea\n`,
      "live.txt": `${fingerprint(live)} worker-prod\n`,
    });
    const words = ["src", "--allow", "allow.txt", "--fingerprints", "live.txt"];
    expect(await scan(words, { cwd: folder })).toMatchObject({
      code: 0,
      stdout: "",
      stderr: "allowed: src/sample.ts:1:1: the sample of the docs\nsearched 1 file (0.0 MB), found 0 keys\n",
    });
    writeFileSync(path.join(folder, "src/worker.ts"), live);
    expect(await scan(words, { cwd: folder })).toMatchObject({
      code: 1,
      stdout: expect.stringContaining("worker-prod") as string,
    });
  });

  test("searches a repository with its history only when asked, and says so", async () => {
    const secret = key();
    const folder = folderWith("repository", { "config.json": secret });
    const git = async (...words: string[]): Promise<void> => {
      const identity = ["-c", "user.name=a", "-c", "user.email=a@b.example", "-c", "commit.gpgsign=false"];
      const env = { PATH: process.env["PATH"] ?? "", GIT_CONFIG_NOSYSTEM: "1", HOME: root };
      expect(await runCommand("git", [...identity, ...words], { cwd: folder, env })).toMatchObject({ code: 0 });
    };
    await git("init", "--quiet");
    await git("add", ".");
    await git("commit", "--quiet", "-m", "first");
    writeFileSync(path.join(folder, "config.json"), "{}");
    await git("commit", "--quiet", "-am", "second");
    await git("gc", "--quiet");

    const without = await scan(["."], { cwd: folder });
    expect(without).toMatchObject({ code: 0, stdout: "" });
    expect(without.stderr).toContain("note: .git/objects: the history was not searched; --history does that");
    const withHistory = await scan([".", "--history"], { cwd: folder });
    expect(withHistory.code).toBe(1);
    expect(withHistory.stdout).toMatch(/^\.git\/objects:1:1 \(git object [0-9a-f]{40}\): a key, /);
    expect(withHistory.stderr).not.toContain("was not searched");
  });

  test("follows no link out of the folder, leaves out what it is told to, and says both", async () => {
    const secret = key();
    const outside = folderWith("outside", { "key.txt": secret });
    const folder = folderWith("inside", { "a.js": "1", "node_modules/x/index.js": secret });
    symlinkSync(outside, path.join(folder, "out"));
    symlinkSync("a.js", path.join(folder, "in"));
    const { code, stderr } = await scan([folder, "--exclude", "node_modules"]);
    expect(code).toBe(0);
    expect(stderr).toContain(`note: ${folder}/out: leads out of the folder and was not followed`);
    expect(stderr).toContain(`note: ${folder}/node_modules: excluded`);
    expect(stderr).not.toContain(`${folder}/in:`);
    // Nothing is left out unasked, and a link that is named is followed.
    expect((await scan([folder])).code).toBe(1);
    expect((await scan([path.join(folder, "out")])).code).toBe(1);
  });

  test.each<[string, string[], RegExp]>([
    ["a path that does not exist", ["nowhere"], /^not searched: nowhere: it does not exist$/m],
    [
      "a folder with nothing in it",
      ["empty"],
      /^not searched: empty: nothing in it was searched, so nothing is proven$/m,
    ],
    ["a folder of which all is left out", ["some", "--exclude", "*"], /nothing in it was searched/],
    ["a history that is not there", ["some", "--history"], /^not searched: some: there is no history/m],
    ["a damaged file", ["damaged"], /^not searched: damaged\/a\.gz: is packed and damaged; it was searched as far as/m],
    ["a zip", ["packed/a.zip"], /^not searched: packed\/a\.zip: is packed as zip; unpack it and search that/m],
    [
      "what is packed in a tar",
      ["packed/a.tar"],
      /^not searched: packed\/a\.tar: holds dist\/b\.js\.gz, which is packed as gzip/m,
    ],
    [
      "what is packed in a packed tar",
      ["packed/a.tgz"],
      /^not searched: packed\/a\.tgz: holds dist\/b\.js\.gz, which is packed as gzip/m,
    ],
    ["what is packed twice", ["packed/twice.gz"], /^not searched: packed\/twice\.gz: is packed twice, inside as gzip/m],
    [
      "a list that is not there",
      ["some", "--allow", "nowhere.txt"],
      /^keyturn: the list nowhere\.txt cannot be read \(ENOENT\)$/m,
    ],
    ["two forms of report", ["some", "--json", "--sarif"], /^keyturn: give --json or --sarif, not both$/m],
    ["--dir alone", ["some", "--dir", "."], /^keyturn: --dir is for --state; give that, too$/m],
    ["an unknown option", ["some", "--polish"], /^error: unknown option '--polish'$/m],
    ["no path", [], /^error: missing required argument 'path'$/m],
  ])("ends with 2, not with 0 or 1, at %s", async (_name, words, message) => {
    const folder = folderWith("trouble", {
      "some/a.js": "1",
      "damaged/a.gz": Buffer.concat([gzipSync(randomBytes(100_000)).subarray(0, 50_000), randomBytes(50_000)]),
    });
    mkdirSync(path.join(folder, "empty"), { recursive: true });
    const tar = tarOf({
      "dist/a.js": Buffer.alloc(700, "a"),
      "dist/b.js.gz": gzipSync("b"),
      "dist/c.js": Buffer.from("c"),
    });
    folderWith("trouble", {
      "packed/a.zip": Buffer.from(zipSync({ "a.js": Buffer.from("1") })),
      "packed/a.tar": tar,
      "packed/a.tgz": gzipSync(tar),
      "packed/twice.gz": gzipSync(gzipSync("1")),
    });
    const { code, stdout, stderr } = await scan(words, { cwd: folder });
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(message);
    expect(stderr).not.toContain("this should not happen");
  });

  test("shows no key, and nothing that steers a terminal, in the names of what is packed in a tar, and only so many", async () => {
    const many = Array.from({ length: 30 }, (_, index) => [`many/${index}.gz`, gzipSync("1")]);
    const secret = freshKey();
    const tar = tarOf({
      [`${secret}\u009b31m.gz`]: gzipSync("1"),
      ...(Object.fromEntries(many) as Record<string, Buffer>),
    });
    const folder = folderWith("members", { "a.tar": tar });
    const { stdout, stderr } = await scan([folder, "--json"]);
    expect(tracesOfSecret(stdout + stderr, secret)).toEqual([]);
    expect(stdout + stderr).not.toContain("\u009b");
    const { problems } = JSON.parse(stdout) as ScanReport;
    expect(problems).toHaveLength(21);
    expect(problems.at(-1)?.reason).toBe("holds 11 more that are packed, which are not listed");
  });

  test("names what it may not read, finds the rest, and refuses lists without the key that they were made under", async () => {
    const folder = folderWith("hidden", { "a.txt": "1", "b.txt": "2" });
    chmodSync(path.join(folder, "a.txt"), 0);
    const { code, stderr } = await scan([folder]);
    // Whoever may read everything reads this, too.
    if (process.getuid?.() === 0) expect(code).toBe(0);
    else
      expect({ code, stderr }).toMatchObject({
        code: 2,
        stderr: expect.stringContaining("a.txt: no permission") as string,
      });

    const lists = folderWith("lists", { "a.txt": `${fingerprint(key(), "another-key".repeat(4))} scheduler-prod\n` });
    const words = ["a.txt", "--fingerprints", "a.txt"];
    expect((await scan(words, { cwd: lists })).stderr).toContain("was made under another fingerprint key");
    expect(await scan(words, { cwd: lists, env: {} })).toMatchObject({
      code: 2,
      stderr: "keyturn: --fingerprints needs KEYTURN_FINGERPRINT_KEY, the key that the fingerprints were made under\n",
    });
  });

  test("takes live keys from Terraform's state", async () => {
    const secret = key();
    const values = { service: "scheduler", environment: "prod", secret_fingerprint: fingerprint(secret), secret };
    const resource = { address: "keyturn_api_key.a", type: "keyturn_api_key", mode: "managed", values };
    const folder = folderWith("stack", {
      "app.js": `"${secret.slice(8)}"`,
      "infra/state.json": JSON.stringify({ format_version: "1.0", values: { root_module: { resources: [resource] } } }),
      terraform: `#!/bin/sh\ncat state.json\n`,
    });
    chmodSync(path.join(folder, "terraform"), 0o755);
    const env = { KEYTURN_FINGERPRINT_KEY: fingerprintKey, TERRAFORM_BINARY_NAME: path.join(folder, "terraform") };
    const { code, stdout } = await scan(["app.js", "--state", "--dir", "infra"], { cwd: folder, env });
    expect(code).toBe(1);
    expect(stdout).toBe(
      `app.js:1:2: the live key scheduler-prod, pb_live_… (51 characters), live token, ${fingerprint(secret)}\n`,
    );
  });

  test("writes SARIF with a place, a fingerprint and what was not searched", async () => {
    const secret = key();
    const folder = folderWith("sarif", { "dist/a b.js": `\n "${secret}"` });
    const { code, stdout } = await scan(["dist", "nowhere", "--sarif"], { cwd: folder });
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      version: "2.1.0",
      runs: [
        {
          results: [
            {
              ruleId: "key-secret",
              locations: [
                {
                  physicalLocation: {
                    artifactLocation: { uri: "dist/a%20b.js" },
                    region: { startLine: 2, startColumn: 3 },
                  },
                },
              ],
              partialFingerprints: { "keyturnSecret/v1": fingerprint(secret) },
            },
          ],
          invocations: [
            { executionSuccessful: false, toolExecutionNotifications: [{ message: { text: "it does not exist" } }] },
          ],
        },
      ],
    });
  });

  test("has the memory of a small file for a large one", async () => {
    const secret = key();
    const line = Buffer.from(`${"x".repeat(1_000)}\n`);
    const folder = folderWith("large", {
      "app.log": Buffer.concat([...Array<Buffer>(200_000).fill(line), Buffer.from(secret)]),
      "bomb.gz": gzipSync(Buffer.concat([Buffer.alloc(200_000_000), Buffer.from(secret)]), { level: 1 }),
    });
    const probe = path.join(root, "probe.js");
    writeFileSync(
      probe,
      `let peak = 0;
      setInterval(() => { peak = Math.max(peak, process.memoryUsage.rss()); }, 5).unref();
      process.on("exit", () => process.stderr.write("peak " + peak + "\\n"));`,
    );
    const env = { NODE_OPTIONS: `--require ${probe}` };
    const { code, stdout, stderr } = await scan([folder], { env });
    expect(code).toBe(1);
    expect(stdout).toContain("app.log:200001:1: a key");
    expect(stdout).toContain("bomb.gz:1:200000001 (unpacked): a key");
    // Each file has about 200 MB; the program alone takes some 60.
    const peak = Number(/peak (\d+)/.exec(stderr)?.[1]);
    expect(peak).toBeGreaterThan(30e6);
    expect(peak).toBeLessThan(190e6);
  });
});
