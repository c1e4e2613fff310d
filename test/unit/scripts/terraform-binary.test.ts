import { createHash } from "node:crypto";
import { chmod, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { strToU8, zipSync } from "fflate";
import { findTerraform } from "../../../scripts/terraform-binary";

const platform = `${process.platform}_${process.arch === "x64" ? "amd64" : process.arch}`;
const program = "#!/bin/sh\necho 'Terraform v0.0.1'\n";
const archive = zipSync({ "LICENSE.txt": strToU8("a licence"), terraform: strToU8(program) });
const sha256 = createHash("sha256").update(archive).digest("hex");

describe("findTerraform", () => {
  let folder: string;
  let releases: Server;
  let releasesUrl: string;
  let requests: string[];

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "terraform-binary-"));
    requests = [];
    releases = createServer((request, response) => {
      requests.push(request.url ?? "");
      if (request.url?.startsWith("/missing")) response.writeHead(404).end();
      else response.end(archive);
    });
    await new Promise<void>((resolve) => releases.listen(0, "127.0.0.1", resolve));
    releasesUrl = `http://127.0.0.1:${(releases.address() as AddressInfo).port}`;
  });

  afterEach(async () => {
    await new Promise((resolve) => releases.close(resolve));
    await rm(folder, { recursive: true });
  });

  const release = { version: "0.0.1", sha256: { [platform]: sha256 } };

  test.each(["terraform", "tofu"])("takes %s from the PATH and fetches nothing", async (name) => {
    const binary = path.join(folder, name);
    await writeFile(binary, program);
    await chmod(binary, 0o755);

    await expect(findTerraform({ searchPath: `/nowhere:${folder}`, releasesUrl })).resolves.toBe(binary);
    expect(requests).toEqual([]);
  });

  test("fetches the pinned release once where there is neither", async () => {
    const options = { searchPath: "", cacheFolder: folder, releasesUrl, release };
    const first = await findTerraform(options);
    const second = await findTerraform(options);

    expect(second).toBe(first);
    expect(requests).toEqual([`/0.0.1/terraform_0.0.1_${platform}.zip`]);
    await expect(readFile(first, "utf8")).resolves.toBe(program);
    expect((await stat(first)).mode & 0o777).toBe(0o755);
  });

  test("refuses an archive that is not the pinned one, and leaves nothing behind", async () => {
    const tampered = { version: "0.0.1", sha256: { [platform]: "0".repeat(64) } };
    await expect(
      findTerraform({ searchPath: "", cacheFolder: folder, releasesUrl, release: tampered }),
    ).rejects.toThrow(/is not the pinned release: its SHA-256 is [0-9a-f]{64}/);
    await expect(stat(path.join(folder, "0.0.1"))).rejects.toThrow("ENOENT");
  });

  test("says what to do when it cannot fetch", async () => {
    await expect(
      findTerraform({ searchPath: "", cacheFolder: folder, releasesUrl: `${releasesUrl}/missing`, release }),
    ).rejects.toThrow(
      /could not be fetched: the server answered 404\. Install terraform \(1\.5 or later\) or tofu, put it on the PATH/,
    );
  });
});
