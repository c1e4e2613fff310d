/**
 * The example as its own cdktf.json runs it: from its folder, and from the root of the repository.
 */
import { readFileSync } from "node:fs";
import path from "node:path";
import { runCommand } from "../support/run";
import type { Synthesised } from "../support/stack";
import { temporaryFolder } from "../support/temporary-folder";

const root = path.resolve(__dirname, "../..");
const outFolder = temporaryFolder();

/** Runs the app command of a folder's cdktf.json, as cdktf does, and reads the keys that it declares. */
async function synthesiseIn(folder: string, env: Readonly<Record<string, string>> = {}): Promise<unknown> {
  const { app } = JSON.parse(readFileSync(path.join(folder, "cdktf.json"), "utf8")) as { app: string };
  const { code, output } = await runCommand("/bin/sh", ["-c", app], {
    cwd: folder,
    env: { PATH: process.env["PATH"] ?? "", HOME: outFolder, CDKTF_OUTDIR: outFolder, ...env },
  });
  expect({ code, output }).toEqual({ code: 0, output: "" });
  const file = path.join(outFolder, "stacks", "publishing", "cdk.tf.json");
  return (JSON.parse(readFileSync(file, "utf8")) as Synthesised).resource?.["keyturn_api_key"];
}

describe("the publishing example", () => {
  test("declares a key for each service, and the one that may destroy lives shortest", async () => {
    expect(await synthesiseIn(path.join(root, "examples", "publishing"))).toMatchObject({
      scheduler: { service: "scheduler", scopes: ["read", "write"], rotation_period: "90d", overlap_window: "1d" },
      worker: { service: "worker", scopes: ["read", "write"], rotation_period: "90d", overlap_window: "1d" },
      "admin-jobs": { scopes: ["read", "write", "destructive"], rotation_period: "30d", overlap_window: "4h" },
    });
  });

  test("runs from the root too, with times from the environment", async () => {
    const times = { PUBLISHING_ROTATION_PERIOD: "25s", PUBLISHING_OVERLAP: "6s", PUBLISHING_QUIET_PERIOD: "3s" };

    expect(await synthesiseIn(root, times)).toMatchObject({
      scheduler: { rotation_period: "25s", overlap_window: "6s", quiet_period: "3s" },
      "admin-jobs": { rotation_period: "25s", overlap_window: "6s", quiet_period: "3s" },
    });
  });
});
