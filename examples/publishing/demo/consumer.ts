/**
 * A service that uses one key: it sends traffic without a pause, always with the secret that it has read last.
 *
 * It reads its secret from the encrypted file that the example delivers it to, and again whenever the file changes, unless it is told to
 * be slow about it. Every answer but a success counts as a failure. It runs as a process of its own and reports to its parent.
 */
import { stat } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import { Agent, request } from "undici";
import { decryptFile } from "./secrets";

/** What a consumer tells the demo, every second and at the end. */
export interface ConsumerReport {
  readonly keyName: string;
  readonly sent: number;
  readonly failed: number;
  /** The first failure, in words; never with a secret. */
  readonly firstFailure: string | undefined;
}

/** What the demo tells a consumer: to go on with the secret that it has, to look for newer ones again, to stop. */
export type ConsumerOrder = "hold" | "follow" | "stop";

const [endpoint = "", keyName = "", secretFile = "", identityFile = ""] = process.argv.slice(2);
const dispatcher = new Agent({ connections: 1 });
let order: ConsumerOrder = "follow";
let sent = 0;
let failed = 0;
let firstFailure: string | undefined;
let secret = "";
let fileVersion = "";
let accountId: string | undefined;

/** Reads the secret again if the file has changed. Another file takes its place in one step, so there is a whole one at any moment. */
async function refreshSecret(): Promise<void> {
  const { mtimeMs, size, ino } = await stat(secretFile);
  const version = `${ino}:${mtimeMs}:${size}`;
  if (version === fileVersion) return;
  secret = await decryptFile(secretFile, identityFile);
  fileVersion = version;
}

/** Four reads, then a write: reads keep the key in use, writes show in the API's activity log. */
async function sendOne(): Promise<void> {
  const isWrite = sent % 5 === 4 && accountId !== undefined;
  sent += 1;
  try {
    if (order === "follow") await refreshSecret();
    const { statusCode, body } = await request(`${endpoint}${isWrite ? "/v1/pins" : "/v1/pinterest/accounts"}`, {
      method: isWrite ? "POST" : "GET",
      dispatcher,
      headers: { "x-api-key": secret, "content-type": "application/json" },
      ...(isWrite ? { body: JSON.stringify({ account_id: accountId, title: `${keyName} ${sent}` }) } : {}),
    });
    if (statusCode < 300 && !isWrite) {
      const accounts = (await body.json()) as readonly { readonly id: string }[];
      accountId = accounts[0]?.id;
    } else {
      await body.dump();
    }
    if (statusCode >= 300) fail(`the API answered ${statusCode}`);
  } catch (error) {
    fail(error instanceof Error ? error.message : String(error));
  }
}

function fail(reason: string): void {
  failed += 1;
  firstFailure ??= `request ${sent}: ${reason}`;
}

function report(): void {
  const message: ConsumerReport = { keyName, sent, failed, firstFailure };
  process.send?.(message);
}

/** A function, since the order changes while others wait. */
function isStopped(): boolean {
  return order === "stop";
}

async function main(): Promise<void> {
  process.on("message", (message: ConsumerOrder) => {
    order = message;
  });
  // Without its parent nobody counts any more.
  const orphaned = (): never => process.exit(1);
  process.once("disconnect", orphaned);
  const ticker = setInterval(report, 1_000);
  while (!isStopped()) {
    await sendOne();
    await delay(20);
  }
  clearInterval(ticker);
  report();
  await dispatcher.close();
  process.off("disconnect", orphaned);
  process.disconnect();
}

void main();
