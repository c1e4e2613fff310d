/**
 * The activity log on the disk: one JSON line per entry, appended within a second.
 *
 * It is kept apart from the keys so that saving a key does not write the whole log again. A crash may lose the last second of it; a
 * line that was cut off by a crash is dropped at the next start.
 */
import { open, readFile, type FileHandle } from "node:fs/promises";
import * as z from "zod";
import { activityItemBody } from "../../api/activity";
import { KeyturnError } from "../../model/error";
import type { ActivityEntry } from "../activity-log";
import { hasCode } from "./file-error";
import { privateMode, replaceFile } from "./write-file";

const entrySchema = z.object({
  sequence: z.number(),
  projectId: z.string(),
  expiresAtMs: z.number(),
  createdAtMs: z.number(),
  item: activityItemBody,
});

/** An activity log that can be appended to. */
export class ActivityFile {
  #waiting = "";

  private constructor(
    private readonly handle: FileHandle,
    /** Where the next line goes. An append that fails does not move it, so the next one writes over the remains. */
    private position: number,
  ) {}

  /**
   * Opens the file, or makes it.
   * @returns the file, and its entries that have not expired
   * @throws KeyturnError INVALID_CONFIGURATION if a line cannot be read
   */
  static async open(file: string, nowMs: number): Promise<{ activityFile: ActivityFile; entries: ActivityEntry[] }> {
    const entries = (await readEntries(file)).filter(({ expiresAtMs }) => expiresAtMs > nowMs);
    const text = entries.map(lineOf).join("");
    await replaceFile(file, text);
    const handle = await open(file, "r+", privateMode);
    return { activityFile: new ActivityFile(handle, Buffer.byteLength(text)), entries };
  }

  /** Takes an entry to be written by the next `flush`. */
  append(entry: ActivityEntry): void {
    this.#waiting += lineOf(entry);
  }

  /** Writes what is waiting. Two calls may not run at the same time. */
  async flush(): Promise<void> {
    const waiting = this.#waiting;
    if (waiting === "") return;
    const bytes = Buffer.from(waiting);
    await this.handle.write(bytes, 0, bytes.length, this.position);
    this.position += bytes.length;
    this.#waiting = this.#waiting.slice(waiting.length);
  }

  async close(): Promise<void> {
    await this.handle.sync();
    await this.handle.close();
  }
}

function lineOf(entry: ActivityEntry): string {
  return `${JSON.stringify(entry)}\n`;
}

async function readEntries(file: string): Promise<ActivityEntry[]> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    if (hasCode(error, "ENOENT")) return [];
    throw error;
  }
  const complete = text.slice(0, text.lastIndexOf("\n") + 1);
  return complete
    .split("\n")
    .slice(0, -1)
    .map((line, index) => readLine(line, `${file}:${index + 1}`));
}

function readLine(line: string, place: string): ActivityEntry {
  try {
    return entrySchema.parse(JSON.parse(line));
  } catch {
    throw new KeyturnError(
      "INVALID_CONFIGURATION",
      `the activity log cannot be read at ${place}; restore it from a copy, or move it away to start with an empty log`,
    );
  }
}
