/**
 * The real Prometheus, and an exporter that it scrapes every second.
 *
 * It is the one on the PATH, for example of the distribution's package, started on a free port of this machine and ended by its process id.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { request } from "undici";
import { until } from "./until";

const binary = "prometheus";

export const isPrometheusInstalled = (process.env["PATH"] ?? "")
  .split(path.delimiter)
  .some((folder) => existsSync(path.join(folder, binary)));

/** Serves counters of requests by key, as a gateway would. */
export class Exporter {
  #server: Server | undefined;
  #port = 0;
  readonly #counters = new Map<string, number>();

  get port(): number {
    return this.#port;
  }

  /** Starts on the port that it had before, or on a free one. */
  async start(): Promise<void> {
    const server = createServer((_request, response) => {
      const lines = [...this.#counters].map(([labels, value]) => `requests_total{${labels}} ${value}\n`);
      response
        .writeHead(200, { "content-type": "text/plain; version=0.0.4" })
        .end(`# TYPE requests_total counter\n${lines.join("")}`);
    });
    server.listen(this.#port, "127.0.0.1");
    await once(server, "listening");
    this.#port = (server.address() as AddressInfo).port;
    this.#server = server;
  }

  async stop(): Promise<void> {
    this.#server?.closeAllConnections();
    await new Promise<void>((resolve) => {
      if (this.#server)
        this.#server.close(() => {
          resolve();
        });
      else resolve();
    });
    this.#server = undefined;
  }

  /** Counts requests with a key; zero makes the series appear. Labels are written as in PromQL. */
  count(labels: string, requests: number): void {
    this.#counters.set(labels, (this.#counters.get(labels) ?? 0) + requests);
  }
}

/** A Prometheus that is running. */
export class PrometheusProcess {
  private constructor(
    readonly url: string,
    private readonly child: ChildProcess,
  ) {}

  /** Starts it with its data in `folder`, and waits until it answers. It scrapes the exporter under the job `gateway`. */
  static async start(folder: string, exporterPort: number): Promise<PrometheusProcess> {
    const config = path.join(folder, "prometheus.yml");
    const jobs = [{ job_name: "gateway", static_configs: [{ targets: [`127.0.0.1:${exporterPort}`] }] }];
    // JSON is YAML.
    writeFileSync(
      config,
      JSON.stringify({ global: { scrape_interval: "1s", scrape_timeout: "900ms" }, scrape_configs: jobs }),
    );
    const url = `http://127.0.0.1:${await freePort()}`;
    const child = spawn(
      binary,
      [
        `--config.file=${config}`,
        `--storage.tsdb.path=${path.join(folder, "data")}`,
        `--web.listen-address=${new URL(url).host}`,
        "--log.level=error",
      ],
      { stdio: ["ignore", "ignore", "inherit"] },
    );
    const prometheus = new PrometheusProcess(url, child);
    await until(async () => {
      if (child.exitCode !== null) throw new Error(`Prometheus ended with ${child.exitCode}`);
      return isReady(url);
    });
    return prometheus;
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = once(this.child, "exit");
    this.child.kill("SIGKILL");
    await ended;
  }
}

async function isReady(url: string): Promise<boolean> {
  try {
    const { statusCode, body } = await request(`${url}/-/ready`);
    await body.dump();
    return statusCode === 200;
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
