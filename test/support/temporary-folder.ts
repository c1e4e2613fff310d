/** A folder that is gone after the test file has run, and that the watch over the secrets knows of. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { currentCanary } from "./canary/current-canary";

/** Makes a fresh folder, and removes it after the last test of the file. Call it at the top of a test file. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), "keyturn-test-"));
  currentCanary()?.watchFolder({ folder, deliversToState: false });
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
}
