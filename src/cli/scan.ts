/**
 * `keyturn scan`: looks for secrets of keys where none may be, and says by its exit status whether there are any.
 *
 * Findings are results and go where results go; everything else that it has to say goes with the warnings.
 */
import { readFile } from "node:fs/promises";
import path from "node:path";
import { KeyturnError } from "../model/error";
import { fingerprintKeyFrom, fingerprintKeyVariable, isFingerprint } from "../model/fingerprint";
import type { Secret } from "../model/secret";
import { packageVersion } from "../model/version";
import type { ScanReport } from "../scan/finding";
import { checked, readAllowed, readLiveKeys } from "../scan/fingerprint-list";
import { globMatcher } from "../scan/glob";
import { sarifText } from "../scan/render-sarif";
import { findingLines, remarkLines } from "../scan/render-text";
import { scan } from "../scan/scan";
import type { CommandEnvironment } from "./command-environment";
import { showState } from "./show-state";
import { stackFolders } from "./stack-folders";
import { fingerprintsInState } from "./state-fingerprints";

/** The options of `keyturn scan`. */
export interface ScanOptions {
  readonly exclude?: readonly string[];
  readonly history?: true;
  readonly fingerprints?: readonly string[];
  readonly state?: true;
  readonly dir?: readonly string[];
  readonly allow?: string;
  readonly json?: true;
  readonly sarif?: true;
}

/**
 * Searches, and prints the report.
 * @returns the exit status: 0 if there is no key, 1 if there is one, 2 if not everything could be searched
 * @throws KeyturnError for a list that cannot be used
 */
export async function scanCommand(
  paths: readonly string[],
  options: ScanOptions,
  environment: CommandEnvironment,
): Promise<number> {
  if (options.json && options.sarif) throw new KeyturnError("INVALID_VALUE", "give --json or --sarif, not both");
  if (options.dir && !options.state) throw new KeyturnError("INVALID_VALUE", "--dir is for --state; give that, too");
  const { currentFolder, variables, print, printError } = environment;
  const fingerprintKey = fingerprintKeyFrom(variables);
  const excluded = (options.exclude ?? []).map(globMatcher);
  const report = await scan({
    paths,
    currentFolder,
    known: {
      fingerprintKey,
      live: new Map([
        ...(await stateKeys(options, { fingerprintKey, environment })),
        ...(await listedKeys(options, { fingerprintKey, environment })),
      ]),
      allowed: await allowedValues(options.allow, { fingerprintKey, environment }),
    },
    isExcluded: (relativePath) => excluded.some((fits) => fits(relativePath)),
    withHistory: options.history ?? false,
    variables,
  });
  if (options.sarif) print(sarifText(report, { version: packageVersion }));
  else if (options.json) print(jsonLine(report));
  else {
    for (const line of findingLines(report)) print(line);
    for (const line of remarkLines(report)) printError(line);
  }
  if (report.findings.length > 0) return 1;
  return report.problems.length > 0 ? 2 : 0;
}

interface Around {
  readonly fingerprintKey: Secret | undefined;
  readonly environment: CommandEnvironment;
}

async function stateKeys({ state, dir }: ScanOptions, around: Around): Promise<readonly (readonly [string, string])[]> {
  if (!state) return [];
  const fingerprintKey = requireKey(around.fingerprintKey, "--state");
  const { currentFolder, variables, printError } = around.environment;
  const found: (readonly [string, string])[] = [];
  const folders = await stackFolders(dir ?? [], currentFolder);
  for (const folder of folders) {
    for (const { name, fingerprint } of fingerprintsInState(await showState({ folder, variables }))) {
      if (fingerprint !== undefined && isFingerprint(fingerprint)) {
        checked([{ fingerprint, words: name }], { source: `the state of ${folder}`, fingerprintKey });
        found.push([fingerprint, name]);
      } else {
        printError(`note: ${name} has no fingerprint in the state, and is looked for by its pattern only`);
      }
    }
  }
  if (found.length > 0) return found;
  throw new KeyturnError(
    "NOT_FOUND",
    `no key in the state of ${folders.join(", ")} has a fingerprint; deploy with ${fingerprintKeyVariable} set, or leave --state out`,
  );
}

async function listedKeys(options: ScanOptions, around: Around): Promise<readonly (readonly [string, string])[]> {
  const found: (readonly [string, string])[] = [];
  for (const file of options.fingerprints ?? []) {
    const fingerprintKey = requireKey(around.fingerprintKey, "--fingerprints");
    found.push(...readLiveKeys({ source: file, text: await readList(file, around.environment), fingerprintKey }));
  }
  return found;
}

async function allowedValues(file: string | undefined, around: Around): Promise<ReadonlyMap<string, string>> {
  if (file === undefined) return new Map();
  const fingerprintKey = requireKey(around.fingerprintKey, "--allow");
  return readAllowed({ source: file, text: await readList(file, around.environment), fingerprintKey });
}

function requireKey(fingerprintKey: Secret | undefined, option: string): Secret {
  if (fingerprintKey) return fingerprintKey;
  throw new KeyturnError(
    "INVALID_CONFIGURATION",
    `${option} needs ${fingerprintKeyVariable}, the key that the fingerprints were made under`,
  );
}

async function readList(file: string, { currentFolder }: CommandEnvironment): Promise<string> {
  try {
    return await readFile(path.resolve(currentFolder, file), "utf8");
  } catch (error) {
    const { code = "unknown" } = error as NodeJS.ErrnoException;
    throw new KeyturnError("INVALID_VALUE", `the list ${file} cannot be read (${code})`);
  }
}

function jsonLine({ findings, allowed, problems, notes, searchedFiles, searchedBytes }: ScanReport): string {
  return JSON.stringify({ findings, allowed, problems, notes, searchedFiles, searchedBytes });
}
