import { createHash } from "node:crypto";
import { spawnSync } from "node:child_process";
import path from "node:path";
import { strFromU8, unzipSync } from "fflate";
import { packProvider, providerVersion } from "../../../../scripts/build/provider-package";

describe("the version of the packed provider", () => {
  const build = { packageVersion: "0.1.0", program: { executable: "a", rest: "b" }, isRelease: false };

  test("is the package's own for a release", () => {
    expect(providerVersion({ ...build, isRelease: true })).toBe("0.1.0");
  });

  test.each([
    ["a release", "0.1.0", /^0\.1\.0-local\.h[0-9a-f]{12}$/],
    ["a prerelease", "0.2.0-rc.1", /^0\.2\.0-rc\.1\.local\.h[0-9a-f]{12}$/],
  ])("has a local part after the version of %s", (_name, packageVersion, expected) => {
    expect(providerVersion({ ...build, packageVersion })).toMatch(expected);
  });

  test("is the same for the same bytes, and another for others", () => {
    expect(providerVersion(build)).toBe(providerVersion({ ...build }));
    for (const change of [{ executable: "b" }, { rest: "a" }]) {
      expect(providerVersion({ ...build, program: { ...build.program, ...change } })).not.toBe(providerVersion(build));
    }
  });
});

describe("the packed provider", () => {
  const program = { executable: "#!/usr/bin/env node\n", rest: "exports.ProviderServer = 1;\n" };
  const provider = { version: "1.2.3", program };

  test("holds one executable, named as Terraform looks for it, and the rest under another name", () => {
    const files = unzipSync(packProvider(provider).zip);

    expect(Object.entries(files).map(([name, content]) => [name, strFromU8(content)])).toEqual([
      ["terraform-provider-keyturn_v1.2.3", program.executable],
      ["keyturn-provider.js", program.rest],
    ]);
  });

  test("marks the executable as a Unix file with mode 0755, without which Terraform cannot start it", () => {
    const zip = Buffer.from(packProvider(provider).zip);
    // APPNOTE.TXT 4.3.12: central directory header; "made by" at 4, external attributes at 38.
    const header = zip.subarray(zip.indexOf(Buffer.from("PK\x01\x02", "latin1")));

    expect(header.readUInt8(5)).toBe(3);
    expect(header.readUInt32LE(38) >>> 16).toBe(0o100755);
  });

  test("has the checksum that Go's dirhash computes", () => {
    const hash = (content: string): string => createHash("sha256").update(content).digest("hex");
    const list =
      `${hash(program.rest)}  keyturn-provider.js\n` +
      `${hash(program.executable)}  terraform-provider-keyturn_v1.2.3\n`;

    expect(packProvider(provider).h1).toBe(`h1:${createHash("sha256").update(list).digest("base64")}`);
  });

  test("has the same bytes in every time zone", () => {
    const program = `
      const { packProvider } = require("./scripts/build/provider-package");
      process.stdout.write(Buffer.from(packProvider(${JSON.stringify(provider)}).zip).toString("hex"));`;
    const packedIn = (zone: string): string =>
      spawnSync(process.execPath, ["--import", "tsx", "--eval", program], {
        cwd: path.resolve(__dirname, "../../../.."),
        env: { ...process.env, TZ: zone },
        encoding: "utf8",
      }).stdout;

    const packed = packedIn("Pacific/Kiritimati");

    expect(packed).toMatch(/^504b0304/);
    expect(packedIn("Pacific/Niue")).toBe(packed);
  });
});
