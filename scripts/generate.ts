/**
 * Writes every generated file of the repository: `npm run generate`.
 *
 * With `-- --check` nothing is written; it fails if what is committed is not what would be generated now.
 * To add a generator, write a function that returns its files and name it in `generators`. A generator owns its whole
 * folder: a file there that it does not return any more is deleted.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import { jsonSchemas } from "./generate/json-schemas";
import { providerReference } from "./generate/provider-reference";

const root = path.resolve(__dirname, "..");

/** File names, relative to the folder of the generator, with their text. */
type GeneratedFiles = ReadonlyMap<string, string>;

interface Generator {
  /** The folder that the generator owns, relative to the root. */
  readonly folder: string;
  readonly generate: () => GeneratedFiles;
}

const generators: readonly Generator[] = [
  { folder: "src/plugin/gen", generate: generateProtocolCode },
  { folder: "docs/reference", generate: providerReference },
  { folder: "docs/schemas", generate: jsonSchemas },
];

/** Message and service descriptors of the plugin protocol, from the .proto files. Needs no network. */
function generateProtocolCode(): GeneratedFiles {
  const protoFolder = "src/plugin/proto";
  const temporaryFolder = mkdtempSync(path.join(tmpdir(), "generate-"));
  try {
    const template = {
      version: "v2",
      plugins: [
        {
          local: [process.execPath, binOf("@bufbuild/protoc-gen-es", "protoc-gen-es")],
          out: temporaryFolder,
          opt: ["target=ts", "import_extension=none"],
        },
      ],
    };
    const buf = spawnSync(
      process.execPath,
      [binOf("@bufbuild/buf", "buf"), "generate", protoFolder, "--template", JSON.stringify(template)],
      { cwd: root, encoding: "utf8" },
    );
    if (buf.status !== 0) {
      throw new Error(`buf could not generate code from ${protoFolder}:\n${buf.stderr}`);
    }
    return new Map(
      [...readFolder(temporaryFolder)].map(([name, text]) => {
        const source = `${protoFolder}/${name.replace(/_pb\.ts$/, ".proto")}`;
        return [name, `// Generated from ${source} by "npm run generate". Do not edit.\n${text}`];
      }),
    );
  } finally {
    rmSync(temporaryFolder, { recursive: true, force: true });
  }
}

/** The script behind a package's command, so that no shell and no PATH is involved. */
function binOf(packageName: string, command: string): string {
  const requireFromRoot = createRequire(path.join(root, "package.json"));
  const manifestFile = requireFromRoot.resolve(`${packageName}/package.json`);
  const manifest = JSON.parse(readFileSync(manifestFile, "utf8")) as { bin: Record<string, string> };
  const script = manifest.bin[command];
  if (script === undefined) {
    throw new Error(`${packageName} has no command "${command}"`);
  }
  return path.join(path.dirname(manifestFile), script);
}

function readFolder(folder: string): GeneratedFiles {
  if (!existsSync(folder)) {
    return new Map();
  }
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return new Map(
    entries.map((entry) => {
      const file = path.join(entry.parentPath, entry.name);
      return [path.relative(folder, file), readFileSync(file, "utf8")];
    }),
  );
}

/** Names of the files that differ, with what is wrong with each. */
function findDifferences(generator: Generator): string[] {
  const wanted = generator.generate();
  const found = readFolder(path.join(root, generator.folder));
  return [...new Set([...wanted.keys(), ...found.keys()])]
    .sort()
    .filter((name) => wanted.get(name) !== found.get(name))
    .map((name) => {
      const problem = !found.has(name) ? "is missing" : !wanted.has(name) ? "is not generated any more" : "differs";
      return `${generator.folder}/${name} ${problem}`;
    });
}

function writeFiles(generator: Generator): void {
  const files = generator.generate();
  const folder = path.join(root, generator.folder);
  rmSync(folder, { recursive: true, force: true });
  for (const [name, text] of files) {
    const file = path.join(folder, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
}

function main(commandLine: readonly string[]): void {
  if (!commandLine.includes("--check")) {
    generators.forEach(writeFiles);
    return;
  }
  const differences = generators.flatMap(findDifferences);
  if (differences.length > 0) {
    console.error(`Generated files are not up to date:\n  ${differences.join("\n  ")}\nRun "npm run generate".`);
    process.exitCode = 1;
  }
}

main(process.argv.slice(2));
