/**
 * The licences of the packages whose code is inside the bundles.
 *
 * Their terms ask that the text travels with the code, and a bundle leaves it behind. A package that names no licence stops
 * the build.
 */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";

const packageFolder = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//;
const licenseFile = /^(licen[cs]e|copying|notice)/i;
const line = "-".repeat(100);

/** The text of the file, from the bundled files' paths relative to the root. */
export function thirdPartyLicenses(root: string, bundledFiles: readonly string[]): string {
  const folders = new Set(
    bundledFiles.map((file) => packageFolder.exec(file)?.[1]).filter((found) => found !== undefined),
  );
  const entries = [...folders].map((folder) => licenseEntry(path.join(root, folder)));
  const sorted = [...new Set(entries)].sort();
  return ["This folder contains code of the packages below.\n", ...sorted].join(`${line}\n`);
}

function licenseEntry(folder: string): string {
  const { name, version, license } = JSON.parse(readFileSync(path.join(folder, "package.json"), "utf8")) as {
    name: string;
    version: string;
    license?: string;
  };
  if (license === undefined) throw new Error(`${name} ${version} names no licence, so its code cannot be bundled`);
  const texts = readdirSync(folder)
    .filter((file) => licenseFile.test(file))
    .sort()
    .map((file) => `\n${readFileSync(path.join(folder, file), "utf8").trim()}\n`);
  return `${name} ${version}: ${license}\n${texts.join("")}`;
}
