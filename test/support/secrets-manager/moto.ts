/**
 * The emulator moto (docs.getmoto.org): one that answers at AWS_ENDPOINT_URL, or one that is started here on a free port.
 *
 * Where it differs from AWS: DescribeSecret shows versions without labels too; GetSecretValue without a label gives the version that was put
 * last as the current one, whatever label was moved since; AWSCURRENT can be taken off; a secret that is to be deleted can be written.
 */
import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { request } from "undici";
import { until } from "../until";

const askForAnswer = "fetch(process.argv[1]).then(() => process.exit(0), () => process.exit(1))";

/** The emulator that is there already. */
const given = [process.env["AWS_ENDPOINT_URL"]].find(
  (url) => url && spawnSync(process.execPath, ["-e", askForAnswer, url]).status === 0,
);

const findModules = "import importlib.util as u, sys; sys.exit(not (u.find_spec('moto') and u.find_spec('flask')))";

/** Whether there is an emulator to test with: one that is given, or one that can be started. */
export const isMotoAvailable = Boolean(given) || spawnSync("python3", ["-c", findModules]).status === 0;

/** An emulator that answers. */
export class Moto {
  private constructor(
    readonly url: string,
    private readonly child: ChildProcess | undefined,
  ) {}

  static async start(): Promise<Moto> {
    if (given) return new Moto(given, undefined);
    const port = await freePort();
    const child = spawn("python3", ["-m", "moto.server", "-H", "127.0.0.1", "-p", String(port)], { stdio: "ignore" });
    const moto = new Moto(`http://127.0.0.1:${port}`, child);
    await until(async () => {
      if (child.exitCode !== null) throw new Error(`moto ended with ${child.exitCode}`);
      return await answers(moto.url);
    });
    return moto;
  }

  /** The variables of a process that uses it. */
  get variables(): Readonly<Record<string, string>> {
    return {
      AWS_ENDPOINT_URL: this.url,
      AWS_REGION: "eu-central-1",
      AWS_ACCESS_KEY_ID: "testing",
      AWS_SECRET_ACCESS_KEY: "testing",
    };
  }

  /** Ends what was started here. */
  async stop(): Promise<void> {
    if (!this.child || this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = once(this.child, "exit");
    this.child.kill("SIGKILL");
    await ended;
  }
}

async function answers(url: string): Promise<boolean> {
  try {
    const { body } = await request(url);
    await body.dump();
    return true;
  } catch {
    return false;
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
