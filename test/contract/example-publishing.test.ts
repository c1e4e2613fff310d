/**
 * The example as its own cdktf.json runs it: from its folder, and from the root of the repository.
 */
import { readFileSync } from "node:fs";
import path from "node:path";
import { newAgeReader } from "../support/age-reader";
import { runCommand } from "../support/run";
import type { Synthesised } from "../support/stack";
import { temporaryFolder } from "../support/temporary-folder";

const root = path.resolve(__dirname, "../..");
const outFolder = temporaryFolder();

/** Runs the app command of a folder's cdktf.json, as cdktf does, and reads what it declares. */
async function synthesiseIn(folder: string, env: Readonly<Record<string, string>> = {}): Promise<Synthesised> {
  const { app } = JSON.parse(readFileSync(path.join(folder, "cdktf.json"), "utf8")) as { app: string };
  const { code, output } = await runCommand("/bin/sh", ["-c", app], {
    cwd: folder,
    env: { PATH: process.env["PATH"] ?? "", HOME: outFolder, CDKTF_OUTDIR: outFolder, ...env },
  });
  expect({ code, output }).toEqual({ code: 0, output: "" });
  const file = path.join(outFolder, "stacks", "publishing", "cdk.tf.json");
  return JSON.parse(readFileSync(file, "utf8")) as Synthesised;
}

/** The keys that it declares. */
async function keysIn(folder: string, env: Readonly<Record<string, string>> = {}): Promise<unknown> {
  return (await synthesiseIn(folder, env)).resource?.["keyturn_api_key"];
}

describe("the publishing example", () => {
  test("declares a key for each service, and the one that may destroy lives shortest", async () => {
    const owner = "team-publishing@acme.example";
    expect(await keysIn(path.join(root, "examples", "publishing"))).toMatchObject({
      scheduler: { owner, scopes: ["read", "write"], rotation_period: "90d", overlap_window: "1d" },
      worker: { owner, scopes: ["read", "write"], rotation_period: "90d", overlap_window: "1d" },
      "admin-jobs": {
        owner: "team-operations@acme.example",
        scopes: ["read", "write", "destructive"],
        rotation_period: "30d",
        overlap_window: "4h",
      },
    });
  });

  test("runs from the root too, with times from the environment", async () => {
    const times = {
      PUBLISHING_ROTATION_PERIOD: "25s",
      PUBLISHING_OVERLAP: "6s",
      PUBLISHING_OVERLAP_WAIT: "1s",
      PUBLISHING_QUIET_PERIOD: "3s",
    };
    const policy = { rotation_period: "25s", overlap_window: "6s", overlap_wait: "1s", quiet_period: "3s" };

    expect(await keysIn(root, times)).toMatchObject({ scheduler: policy, worker: policy, "admin-jobs": policy });
  });

  test("delivers each secret to an encrypted file of its own, for the recipient that is given, and to no state", async () => {
    const { recipient } = await newAgeReader();
    const target = (service: string): unknown => ({
      service,
      deliver_to: [{ encrypted_file: { path: `/somewhere/${service}.age`, recipients: [recipient] } }],
    });
    const stack = await synthesiseIn(root, { PUBLISHING_SECRETS: "/somewhere", PUBLISHING_RECIPIENT: recipient });

    expect(stack.resource?.["keyturn_api_key"]).toMatchObject({
      scheduler: target("scheduler"),
      worker: target("worker"),
      "admin-jobs": target("admin-jobs"),
    });
    expect(stack).not.toHaveProperty("output");
  });

  test("rotates the keys of the publishing team, and no others, for an event in that team", async () => {
    const keys = (await keysIn(root, { PUBLISHING_EVENT: "2026-03-14 Kim left" })) as Record<string, object>;
    const rotation_triggers = { "owner event 2026-03-14 Kim left": expect.anything() as unknown };

    expect(keys).toMatchObject({ scheduler: { rotation_triggers }, worker: { rotation_triggers } });
    expect(keys["admin-jobs"]).not.toHaveProperty("rotation_triggers");
  });
});
