/**
 * Puts a comment on a pull request, in place of the one of before: never a second one, and never over somebody else's.
 *
 * A comment is ours if the token wrote it and its last line is the marker. The marker alone proves nothing, since anybody can copy it.
 */
import type { Clock } from "../model/clock";
import type { CodeHost, HostComment } from "./code-host";
import { HostError } from "./host-error";

/** What to put. */
export interface PutOptions {
  readonly body: string;
  /** The last line of the body, by which the comment is found again. */
  readonly marker: string;
  /** Whether to change nothing. */
  readonly isDryRun: boolean;
  /** Measures pauses. */
  readonly clock: Clock;
}

/** What became of it. */
export interface PutComment {
  readonly done: "created" | "updated" | "unchanged";
  /** Where it is; undefined for one that a dry run would create. */
  readonly address: string | undefined;
}

const mostAttempts = 4;

/** A pipeline that waits longer is thought to hang. */
const longestPauseMs = 120_000;

/**
 * Creates the comment, or updates it.
 *
 * A request that was lost, or answered with a failure, may have taken effect. So another attempt looks again, and finds what it did.
 * @throws HostError if it cannot be done, or not within about two minutes for each of four attempts
 */
export async function putComment(host: CodeHost, options: PutOptions): Promise<PutComment> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await attemptToPut(host, options);
    } catch (error) {
      if (!(error instanceof HostError) || error.retryAfterMs === undefined || attempt === mostAttempts) throw error;
      if (error.retryAfterMs > longestPauseMs) throw error;
      await options.clock.sleep({ ms: error.retryAfterMs * (error.code === "RATE_LIMITED" ? 1 : 2 ** (attempt - 1)) });
    }
  }
}

async function attemptToPut(host: CodeHost, { body, marker, isDryRun }: PutOptions): Promise<PutComment> {
  const self = await host.self();
  const own = async (): Promise<readonly HostComment[]> =>
    (await host.comments()).filter((comment) => comment.author === self && hasMarker(comment, marker));
  const [first, ...others] = await own();
  if (isDryRun) return { done: doneTo(first, body), address: first?.address };
  if (!first) {
    const created = await host.create(body);
    // Two runs at the same time both find none, and both create one. The later one gives way.
    const [oldest = created, ...later] = await own();
    for (const each of later) await removeFrom(host, each);
    if (oldest.id === created.id) return { done: "created", address: created.address };
    const { address } = await host.update(oldest.id, body);
    return { done: "updated", address };
  }
  for (const each of others) await removeFrom(host, each);
  const done = doneTo(first, body);
  if (done === "unchanged") return { done, address: first.address };
  const { address } = await host.update(first.id, body);
  return { done, address };
}

/** Another run may have removed it in the same moment. */
async function removeFrom(host: CodeHost, { id }: HostComment): Promise<void> {
  try {
    await host.remove(id);
  } catch (error) {
    if (!(error instanceof HostError) || error.code !== "NOT_FOUND") throw error;
  }
}

function doneTo(found: HostComment | undefined, body: string): PutComment["done"] {
  if (!found) return "created";
  return sameText(found.body) === sameText(body) ? "unchanged" : "updated";
}

/** Hosts turn line ends into others, and drop space at the end. */
function sameText(text: string): string {
  return text.replaceAll("\r\n", "\n").trimEnd();
}

function hasMarker({ body }: HostComment, marker: string): boolean {
  return sameText(body).split("\n").at(-1) === marker;
}
