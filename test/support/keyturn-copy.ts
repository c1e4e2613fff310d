/**
 * A copy of the built package with a provider of the test's own, for tests of the installation alone.
 *
 * The provider is packed by the same code as the real one. What it does when it is started is up to the test.
 */
import { cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { packProvider, providerVersion } from "../../scripts/build/provider-package";

const root = path.resolve(__dirname, "../..");

/** A copied package. `remove()` it at the end. */
export class KeyturnCopy {
  readonly folder = mkdtempSync(path.join(tmpdir(), "keyturn-copy-"));

  constructor() {
    cpSync(path.join(root, "dist"), path.join(this.folder, "dist"), { recursive: true });
    cpSync(path.join(root, "package.json"), path.join(this.folder, "package.json"));
    symlinkSync(path.join(root, "node_modules"), path.join(this.folder, "node_modules"));
  }

  /**
   * Replaces the packed provider, as a build of changed sources does.
   *
   * @param source JavaScript that runs when the provider is started
   * @returns the version that the build gives to these bytes
   */
  setProvider(source: string): string {
    const program = { executable: `#!/usr/bin/env node\n${source}\n`, rest: "" };
    const version = providerVersion({ packageVersion: "0.1.0", program, isRelease: false });
    const { zip, h1 } = packProvider({ version, program });
    const bundleFolder = path.join(this.folder, "dist", "bundle");
    writeFileSync(path.join(bundleFolder, "provider.zip"), zip);
    writeFileSync(path.join(bundleFolder, "provider.json"), JSON.stringify({ version, h1 }));
    return version;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
