/**
 * Keeps watch over the secrets in every file of a folder `acceptance`, without a word in the file: it fails if one is found outside its target.
 *
 * Jest runs this before each test file (`setupFilesAfterEnv`).
 */
import path from "node:path";
import { Canary } from "./canary";
import { replaceCanary } from "./current-canary";

const { testPath = "" } = expect.getState();
if (path.basename(path.dirname(testPath)) === "acceptance") {
  const canary = new Canary();
  replaceCanary(canary);
  // Runs before the other hooks of the outermost level, so what they remove is still there.
  afterAll(() => {
    replaceCanary(undefined);
    expect(canary.finish()).toEqual([]);
  });
}
