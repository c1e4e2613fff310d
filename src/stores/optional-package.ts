/**
 * Loads a package that is not installed with keyturn, because only some users need it: the SDK of a cloud.
 *
 * The provider runs as one file somewhere in a cache of Terraform. So the package is looked for from the working directory upwards, which
 * is the stack's folder inside the user's project, and then from this file upwards. It is never part of our own bundle.
 */
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { hasCode } from "./file-problem";

/** An optional package cannot be used. The message says which, why, and the command that installs it. */
export class OptionalPackageError extends Error {}

/**
 * @param name as it is installed: `@aws-sdk/client-secrets-manager`
 * @param folders where the search begins, each upwards to the root. The first that has the package decides.
 * @returns what the package exports; whether it is what was expected, nobody has checked
 * @throws OptionalPackageError if it is nowhere, or if it is there and does not load
 */
export function loadOptionalPackage(name: string, folders: readonly string[] = defaultFolders()): unknown {
  for (const folder of folders) {
    // Only the folder of the file counts; there need not be one.
    const requireFrom = createRequire(path.join(folder, "keyturn.js"));
    try {
      return requireFrom(name) as unknown;
    } catch (error) {
      const place = requireFrom.resolve.paths(name)?.find((modules) => existsSync(path.join(modules, name)));
      if (place === undefined && hasCode(error, "MODULE_NOT_FOUND")) continue;
      throw new OptionalPackageError(
        `the package ${name} is installed${place === undefined ? "" : ` in ${place}`}, but does not load (${firstLine(error)}). ` +
          `Install it again: npm install ${name}`,
      );
    }
  }
  throw new OptionalPackageError(
    `the package ${name} is not installed. It is needed only for this kind of target, so keyturn does not bring it along. ` +
      `Run in your project: npm install ${name} (it was looked for from ${folders.join(" and from ")} upwards)`,
  );
}

function defaultFolders(): readonly string[] {
  return [process.cwd(), __dirname];
}

function firstLine(error: unknown): string {
  return String(error).split("\n")[0] ?? "";
}
