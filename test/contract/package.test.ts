import { readFileSync } from "node:fs";
import path from "node:path";
import { packageVersion } from "../../src/model/version";

const root = path.resolve(__dirname, "../..");
const manifest = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8")) as {
  readonly version: string;
  readonly exports: Readonly<Record<string, string | { readonly types: string; readonly default: string }>>;
  readonly scripts: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly peerDependencies: Readonly<Record<string, string>>;
};
const readme = readFileSync(path.join(root, "README.md"), "utf8");

describe("the package", () => {
  test("tells the API the version that its manifest has", () => {
    expect(packageVersion).toBe(manifest.version);
  });

  test.each<[string, readonly string[]]>([
    [
      "",
      [
        "ApiKey",
        "ApiKeySecret",
        "Duration",
        "Instant",
        "KeyPolicies",
        "KeyturnError",
        "KeyturnProvider",
        "OwnerEvents",
        "Rollout",
        "Secret",
        "SecretStore",
        "systemClock",
      ],
    ],
    ["client", ["Duration", "Instant", "KeyApiError", "KeyturnError", "Secret", "createKeyApiClient"]],
    ["provider", ["providerPackage", "providerSource"]],
    ["testing", ["FakeClock", "startEmbeddedServer", "testWorld"]],
  ])("exports from keyturn/%s just what is meant to be public", async (subpath, names) => {
    const face = (await import(`../../src/${subpath === "" ? "index" : `${subpath}/index`}`)) as object;
    const exported = Object.keys(face).filter((name) => name !== "__esModule");
    expect(exported.sort()).toEqual([...names].sort());
    expect(manifest.exports).toHaveProperty([subpath === "" ? "." : `./${subpath}`]);
  });

  test("has a reason written down for every dependency", () => {
    const reasons = readFileSync(path.join(root, "docs", "dependencies.md"), "utf8");
    for (const name of Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies })) {
      expect(reasons).toContain(`\`${name}\``);
    }
  });
});

describe("the README", () => {
  test("starts with the two commands of a newcomer, and no others come before", () => {
    const commands = [...readme.matchAll(/```sh\n([^`]*)```/g)].map(([, text = ""]) => text.trim());
    expect(commands.slice(0, 2)).toEqual(["npm ci && npm run demo", "npm ci && npm test"]);
  });

  test("names only scripts that exist", () => {
    const named = [...readme.matchAll(/npm run ([a-z:]+)/g)].map(([, name = ""]) => name);
    expect(named.length).toBeGreaterThan(3);
    for (const name of named) expect(manifest.scripts).toHaveProperty([name]);
  });

  test("links only to files that exist", () => {
    const links = [...readme.matchAll(/\]\((?!https?:|#)([^)#]+)\)/g)].map(([, target = ""]) => target);
    expect(links.length).toBeGreaterThan(1);
    for (const target of links)
      expect(() => readFileSync(path.join(root, target), { flag: "r" })).not.toThrow(/ENOENT/);
  });
});
