/**
 * Reads every object of a git repository, reachable or not, by asking git for all of them.
 *
 * Git itself unpacks them; nothing of a repository's is run, and nothing is fetched.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { KeyturnError } from "../model/error";

/** A part of an object's content, in order; the last one of an object has `isLast`, and may be empty. */
export interface ObjectPart {
  readonly objectId: string;
  readonly part: Buffer;
  readonly isLast: boolean;
}

/** A line that announces an object is short: id, type and length. */
const longestHeader = 200;

/**
 * The contents of all objects.
 * @throws KeyturnError INVALID_CONFIGURATION if there is no git, or INVALID_VALUE if it cannot read the repository
 */
export async function* gitObjects(
  gitFolder: string,
  variables: Readonly<Record<string, string | undefined>>,
): AsyncGenerator<ObjectPart> {
  const child = spawn("git", ["--git-dir", gitFolder, "cat-file", "--batch-all-objects", "--batch", "--buffer"], {
    env: { ...variables, GIT_NO_LAZY_FETCH: "1", GIT_ALLOW_PROTOCOL: "none", GIT_OPTIONAL_LOCKS: "0" },
    stdio: ["ignore", "pipe", "ignore"],
  });
  let failure: Error | undefined;
  const closed = once(child, "close").catch((error: unknown) => {
    failure = error instanceof Error ? error : new Error("git cannot be started");
  });
  try {
    yield* readBatch(child.stdout as AsyncIterable<Buffer>);
    await closed;
  } finally {
    child.kill();
  }
  if (failure) {
    throw new KeyturnError("INVALID_CONFIGURATION", "git cannot be started; install it, or leave --history out");
  }
  if (child.exitCode !== 0) throw new KeyturnError("INVALID_VALUE", "git cannot read all of its objects");
}

/**
 * Takes apart what `git cat-file --batch` prints: a line with id, type and length, that many bytes, a line break.
 * @throws KeyturnError INVALID_VALUE for an object that is missing, and for anything else
 */
export async function* readBatch(output: AsyncIterable<Buffer>): AsyncGenerator<ObjectPart> {
  let header = "";
  let current: { readonly objectId: string; left: number } | undefined;
  for await (const part of output) {
    for (let at = 0; at < part.length;) {
      if (current && current.left > 0) {
        const taken = part.subarray(at, at + current.left);
        current.left -= taken.length;
        at += taken.length;
        yield { objectId: current.objectId, part: taken, isLast: false };
      } else if (current) {
        // The line break after the content.
        at += 1;
        yield { objectId: current.objectId, part: Buffer.alloc(0), isLast: true };
        current = undefined;
      } else {
        const lineEnd = part.indexOf("\n", at);
        header += part.toString("latin1", at, lineEnd < 0 ? part.length : lineEnd);
        at = lineEnd < 0 ? part.length : lineEnd + 1;
        if (header.length > longestHeader) throw unexpected();
        if (lineEnd < 0) continue;
        current = readHeader(header);
        header = "";
      }
    }
  }
  if (current || header !== "") throw new KeyturnError("INVALID_VALUE", "git ended in the middle of an object");
}

function readHeader(line: string): { readonly objectId: string; left: number } {
  const [, objectId, length] = /^([0-9a-f]{40,64}) [a-z]+ ([0-9]+)$/.exec(line) ?? [];
  if (objectId === undefined) throw unexpected();
  return { objectId, left: Number(length) };
}

function unexpected(): KeyturnError {
  return new KeyturnError(
    "INVALID_VALUE",
    "an object is missing from the repository, or git answers in an unknown way",
  );
}
