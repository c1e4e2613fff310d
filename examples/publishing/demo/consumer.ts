/**
 * A service that uses one key: it sends traffic without a pause, always with the secret that is current for it.
 *
 * It reads its secret from Terraform's state, because that is where the example delivers it, and reads it again whenever the
 * state changes. Every answer but a success counts as a failure. It runs as a process of its own and reports to its parent.
 */
import { readFile, stat } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import { Agent, request } from "undici";

/** What a consumer tells the demo, every second and at the end. */
export interface ConsumerReport {
  readonly keyName: string;
  readonly sent: number;
  readonly failed: number;
  /** The first failure, in words; never with a secret. */
  readonly firstFailure: string | undefined;
}

const [endpoint = "", stateFile = "", keyName = ""] = process.argv.slice(2);
const dispatcher = new Agent({ connections: 1 });
let running = true;
let sent = 0;
let failed = 0;
let firstFailure: string | undefined;
let secret: string | undefined;
let stateVersion = "";
let accountId: string | undefined;

interface State {
  readonly resources: readonly {
    readonly instances: readonly { readonly deposed?: string; readonly attributes: Record<string, unknown> }[];
  }[];
}

/** Looks for a newer secret. A state that is just being written is unreadable for a moment; the secret at hand is good until then. */
async function refreshSecret(): Promise<void> {
  const { mtimeMs, size, ino } = await stat(stateFile);
  const version = `${ino}:${mtimeMs}:${size}`;
  if (version === stateVersion) return;
  let state: State;
  try {
    state = JSON.parse(await readFile(stateFile, "utf8")) as State;
  } catch {
    return;
  }
  const current = state.resources
    .flatMap(({ instances }) => instances)
    .find(({ deposed, attributes }) => deposed === undefined && attributes["name"] === keyName)?.attributes["secret"];
  if (typeof current === "string") secret = current;
  stateVersion = version;
}

/** Four reads, then a write: reads keep the key in use, writes show in the API's activity log. */
async function sendOne(): Promise<void> {
  await refreshSecret();
  if (secret === undefined) return;
  const isWrite = sent % 5 === 4 && accountId !== undefined;
  sent += 1;
  try {
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

async function main(): Promise<void> {
  process.once("message", () => {
    running = false;
  });
  // Without its parent nobody counts any more.
  const orphaned = (): never => process.exit(1);
  process.once("disconnect", orphaned);
  const ticker = setInterval(report, 1_000);
  while (running) {
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
