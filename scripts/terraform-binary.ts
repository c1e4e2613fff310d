/**
 * Finds the terraform (or tofu) that the demo, the benchmarks and the acceptance tests run.
 *
 * What is on the PATH comes first. Where there is neither, a pinned release is fetched once into a cache folder and checked
 * against the checksum below, which must come from here: a checksum fetched from beside the archive proves nothing.
 */
import { createHash, randomUUID } from "node:crypto";
import { access, chmod, constants, mkdir, rename, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import path from "node:path";
import { unzipSync } from "fflate";
import { EnvHttpProxyAgent, request } from "undici";

/** A release, and the SHA-256 of its archive for each platform that it is fetched for. */
export interface PinnedRelease {
  readonly version: string;
  /** By `OS_ARCH`, in lower-case hex. */
  readonly sha256: Readonly<Record<string, string>>;
}

/** The figures of HashiCorp's SHA256SUMS file of the release. */
const pinned: PinnedRelease = {
  version: "1.11.4",
  sha256: {
    linux_amd64: "1ce994251c00281d6845f0f268637ba50c0005657eb3cf096b92f753b42ef4dc",
    linux_arm64: "a43d1d0da9b9bab214a8305a39db0e40869572594ccf50c416a7756499143633",
    darwin_amd64: "a56d5002b9f7647291faccc3dd1a70350e60fb61e4c45037629508b8fdc2575b",
    darwin_arm64: "867e0808fa971217043e25b7a792b10720c79b1546f8a68479b74f138be73e18",
  },
};

const advice = "Install terraform (1.5 or later) or tofu, put it on the PATH, and try again.";

/** Where to look, and what to fetch; the defaults are the machine's own. */
export interface SearchOptions {
  /** @default the PATH of this process */
  readonly searchPath?: string;
  /** @default `keyturn/terraform` in the user's cache folder */
  readonly cacheFolder?: string;
  /** @default HashiCorp's release server */
  readonly releasesUrl?: string;
  /** @default the release pinned here */
  readonly release?: PinnedRelease;
}

/**
 * The absolute path of a terraform or tofu binary.
 * @throws Error that says what to do, if there is none and none can be fetched
 */
export async function findTerraform(options: SearchOptions = {}): Promise<string> {
  const searchPath = options.searchPath ?? process.env["PATH"] ?? "";
  for (const name of ["terraform", "tofu"]) {
    for (const folder of searchPath.split(path.delimiter)) {
      const candidate = path.resolve(folder, name);
      if (folder && (await isExecutable(candidate))) return candidate;
    }
  }
  return await fetchOnce(options);
}

async function isExecutable(file: string): Promise<boolean> {
  return await access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
}

async function fetchOnce(options: SearchOptions): Promise<string> {
  const release = options.release ?? pinned;
  const cacheFolder = options.cacheFolder ?? path.join(userCacheFolder(), "keyturn", "terraform");
  const binary = path.join(cacheFolder, release.version, "terraform");
  if (await isExecutable(binary)) return binary;

  const platform = `${process.platform}_${process.arch === "x64" ? "amd64" : process.arch}`;
  const sha256 = release.sha256[platform];
  if (!sha256) throw new Error(`There is no terraform on the PATH, and none is pinned for ${platform}. ${advice}`);
  const url = `${options.releasesUrl ?? "https://releases.hashicorp.com/terraform"}/${release.version}/terraform_${release.version}_${platform}.zip`;

  const archive = await download(url);
  const got = createHash("sha256").update(archive).digest("hex");
  if (got !== sha256)
    throw new Error(`${url} is not the pinned release: its SHA-256 is ${got}, not ${sha256}. ${advice}`);
  const program = unzipSync(archive, { filter: ({ name }) => name === "terraform" })["terraform"];
  if (!program) throw new Error(`${url} holds no file named terraform. ${advice}`);

  // Written beside its place and renamed, so that nobody ever runs half a file.
  await mkdir(path.dirname(binary), { recursive: true });
  const partial = `${binary}.${randomUUID()}`;
  await writeFile(partial, program);
  await chmod(partial, 0o755);
  await rename(partial, binary);
  return binary;
}

async function download(url: string): Promise<Uint8Array> {
  const dispatcher = new EnvHttpProxyAgent();
  try {
    const { statusCode, body } = await request(url, { dispatcher });
    if (statusCode !== 200) throw new Error(`the server answered ${statusCode}`);
    return new Uint8Array(await body.arrayBuffer());
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`There is no terraform on the PATH, and ${url} could not be fetched: ${reason}. ${advice}`, {
      cause: error,
    });
  } finally {
    await dispatcher.close();
  }
}

function userCacheFolder(): string {
  return process.env["XDG_CACHE_HOME"] ?? path.join(homedir(), ".cache");
}
