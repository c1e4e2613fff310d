/**
 * The machine that the services of the demo run on: the folder that secrets are delivered to, and the key pair that decrypts them.
 */
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";

/** A folder of encrypted secrets, and who can read them. */
export class Secrets {
  private constructor(
    readonly folder: string,
    /** Holds the private key, as `age-keygen` writes it. */
    readonly identityFile: string,
    /** The public key. */
    readonly recipient: string,
  ) {}

  /** Makes the folder and a key pair within `folder`. */
  static async create(folder: string): Promise<Secrets> {
    const { generateX25519Identity, identityToRecipient } = await import("age-encryption");
    const secretsFolder = path.join(folder, "secrets");
    await mkdir(secretsFolder);
    const identity = await generateX25519Identity();
    const identityFile = path.join(folder, "key.txt");
    await writeFile(identityFile, `${identity}\n`, { mode: 0o600 });
    return new Secrets(secretsFolder, identityFile, await identityToRecipient(identity));
  }

  /** The file that the example delivers the secret of a service to. */
  fileOf(service: string): string {
    return path.join(this.folder, `${service}.age`);
  }

  /** Whether one of the secrets, present or previous, stands in clear text in the file. */
  async isAnyIn(file: string): Promise<boolean> {
    const text = await readFile(file, "utf8");
    const names = await readdir(this.folder);
    const secrets = await Promise.all(
      names.map((name) => decryptFile(path.join(this.folder, name), this.identityFile)),
    );
    return secrets.some((secret) => text.includes(secret));
  }
}

/** What `age --decrypt -i IDENTITY_FILE FILE` prints. @throws Error if there is no such file, or the private key does not fit */
export async function decryptFile(file: string, identityFile: string): Promise<string> {
  const { Decrypter } = await import("age-encryption");
  const decrypter = new Decrypter();
  decrypter.addIdentity((await readFile(identityFile, "utf8")).trim());
  return await decrypter.decrypt(await readFile(file), "text");
}
