import { readFile, writeFile } from "node:fs/promises";
import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import { spawnSync } from "node:child_process";
import { lockDataFile } from "../../../../src/server/store/data-file-lock";
import { temporaryFolder } from "../../../support/temporary-folder";

const folder = temporaryFolder();
let files = 0;
const freshDataFile = (): string => path.join(folder, `keys-${++files}.json`);

/** The process id of a process that has ended. */
function deadProcess(): number {
  return spawnSync(process.execPath, ["-e", ""]).pid;
}

describe("the lock of a data file", () => {
  test("holds the process id and is gone after its release", async () => {
    const dataFile = freshDataFile();
    const lock = await lockDataFile(dataFile);
    expect(await readFile(`${dataFile}.lock`, "utf8")).toBe(`${process.pid}\n`);
    await lock.release();
    expect(existsSync(`${dataFile}.lock`)).toBe(false);
  });

  test("is refused while it is held, also within one process", async () => {
    const dataFile = freshDataFile();
    const lock = await lockDataFile(dataFile);
    await expect(lockDataFile(dataFile)).rejects.toThrow(`in use by process ${process.pid}`);
    await lock.release();
    await (await lockDataFile(dataFile)).release();
  });

  test("is refused while another living process holds it", async () => {
    const dataFile = freshDataFile();
    await writeFile(`${dataFile}.lock`, `${process.ppid}\n`);
    await expect(lockDataFile(dataFile)).rejects.toMatchObject({ code: "INVALID_CONFIGURATION" });
    expect(await readFile(`${dataFile}.lock`, "utf8")).toBe(`${process.ppid}\n`);
  });

  test.each([
    ["a process that is gone", `${deadProcess()}\n`],
    ["an earlier process with our own id, as in a container", `${process.pid}\n`],
    ["nobody, because its text is none of ours", "?"],
    ["nobody, because it is empty", ""],
  ])("is taken over from %s", async (_name, text) => {
    const dataFile = freshDataFile();
    await writeFile(`${dataFile}.lock`, text);
    const lock = await lockDataFile(dataFile);
    expect(await readFile(`${dataFile}.lock`, "utf8")).toBe(`${process.pid}\n`);
    await lock.release();
  });

  test("goes to exactly one of many that want it at once, and leaves nothing else behind", async () => {
    const dataFile = freshDataFile();
    await writeFile(`${dataFile}.lock`, `${deadProcess()}\n`);
    const results = await Promise.allSettled(Array.from({ length: 10 }, () => lockDataFile(dataFile)));
    const locks = results.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
    expect(locks).toHaveLength(1);
    await locks[0]?.release();
    const base = path.basename(dataFile);
    expect(readdirSync(folder).filter((name) => name.startsWith(base))).toEqual([]);
  });
});
