/**
 * The embedded key API of the demo, as a process of its own, and what the demo asks of it.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { createInterface } from "node:readline";
import { createKeyApiClient, type KeyApiClient } from "keyturn/client";
import { Secret, systemClock } from "keyturn";

/** The built command line of this checkout. */
export const keyturnCommand = path.resolve(__dirname, "..", "..", "..", "dist", "bundle", "keyturn.js");

/** A running `keyturn serve`. */
export class KeyApiProcess {
  private constructor(
    private readonly child: ChildProcess,
    readonly url: string,
    private readonly login: { readonly email: string; readonly password: string },
  ) {}

  /** Starts the API on a free port, with keys in memory. */
  static async start(): Promise<KeyApiProcess> {
    const child = spawn(process.execPath, [keyturnCommand, "serve", "--port", "0", "--json"], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [line] = (await Promise.race([
      once(createInterface(child.stdout), "line"),
      once(child, "exit").then(([code]) => {
        throw new Error(`keyturn serve ended with ${String(code)} before it listened`);
      }),
    ])) as [string];
    const { url, email, password } = JSON.parse(line) as { url: string; email: string; password: string };
    return new KeyApiProcess(child, url, { email, password });
  }

  /** The environment variables with which the provider finds the API and logs in to it. */
  get environment(): Readonly<Record<string, string>> {
    return { KEYTURN_ENDPOINT: this.url, KEYTURN_EMAIL: this.login.email, KEYTURN_PASSWORD: this.login.password };
  }

  /** A client with the same login. */
  client(): KeyApiClient {
    return createKeyApiClient({
      endpoint: this.url,
      credentials: { kind: "login", email: this.login.email, password: new Secret(this.login.password) },
      clock: systemClock,
      userAgent: "keyturn-demo",
    });
  }

  async stop(): Promise<void> {
    const exited = once(this.child, "exit");
    this.child.kill("SIGTERM");
    await exited;
  }
}
