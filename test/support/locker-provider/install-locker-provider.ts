/** Installs the provider of a secrets manager of somebody else for a test, and reads what it was given. */
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { installTestProvider } from "../install-test-provider";
import type { LockerEntry } from "./locker-provider";

/** Where it seems to come from. */
export const lockerSource = "locker.example/demo/locker";
const lockerVersion = "1.0.0";

/** @param folder the folder in which Terraform will be started */
export async function installLockerProvider(folder: string): Promise<void> {
  const entry = path.join(__dirname, "main.ts");
  await installTestProvider(folder, { source: lockerSource, version: lockerVersion, entry });
}

/** What the locker was given, in order. */
export function lockerEntries(logFile: string): readonly LockerEntry[] {
  if (!existsSync(logFile)) return [];
  const lines = readFileSync(logFile, "utf8").trim().split("\n");
  return lines.map((line) => JSON.parse(line) as LockerEntry);
}
