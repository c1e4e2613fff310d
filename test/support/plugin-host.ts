/**
 * Plays the host's part of go-plugin: starts a plugin process, reads its handshake line, and calls it over mutual TLS.
 *
 * The protocol facts are written out here a second time, on purpose, so that tests do not believe the code under test.
 */
import {
  fromBinary,
  toBinary,
  create,
  type DescMethod,
  type DescService,
  type MessageInitShape,
  type MessageShape,
} from "@bufbuild/protobuf";
import { Client, credentials, type ChannelCredentials, type ServiceError } from "@grpc/grpc-js";
import { spawn, type ChildProcess } from "node:child_process";
import { makeClientCertificate, pem, type PemPair } from "./client-certificate";

const hostEnvironment = {
  TF_PLUGIN_MAGIC_COOKIE: "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2",
  PLUGIN_MIN_PORT: "10000",
  PLUGIN_MAX_PORT: "25000",
  PLUGIN_PROTOCOL_VERSIONS: "5,6",
};

interface ProcessEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A started process with all that it has written. */
export interface StartedProcess {
  readonly child: ChildProcess;
  readonly stdout: () => string;
  readonly stderr: () => string;
  /** Resolves when the process has ended and its pipes are closed. */
  readonly ended: Promise<ProcessEnd>;
}

/** Starts a script with node and with this environment beside PATH and HOME only. */
export function startProcess(script: string, environment: Readonly<Record<string, string>> = {}): StartedProcess {
  const { PATH, HOME } = process.env;
  const child = spawn(process.execPath, [script], {
    env: { PATH, HOME, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  const ended = new Promise<ProcessEnd>((resolve) => {
    child.on("close", (code, signal) => {
      resolve({ code, signal });
    });
  });
  return { child, stdout: () => stdout, stderr: () => stderr, ended };
}

export interface StartPluginOptions {
  readonly environment?: Readonly<Record<string, string>>;
  /** @default true */
  readonly tls?: boolean;
}

export interface StartedPlugin extends StartedProcess {
  /** The handshake line, without its line break. */
  readonly line: string;
  /** What the host shows, or undefined without TLS. */
  readonly clientCertificate: PemPair | undefined;
}

/** Starts a plugin as Terraform does. Resolves when the handshake line is there. */
export async function startPlugin(
  script: string,
  { environment, tls = true }: StartPluginOptions = {},
): Promise<StartedPlugin> {
  const clientCertificate = tls ? makeClientCertificate() : undefined;
  const started = startProcess(script, {
    ...hostEnvironment,
    ...(clientCertificate && { PLUGIN_CLIENT_CERT: clientCertificate.certificate }),
    ...environment,
  });
  await new Promise<void>((resolve, reject) => {
    started.child.stdout?.on("data", () => {
      if (started.stdout().includes("\n")) {
        resolve();
      }
    });
    void started.ended.then(() => {
      reject(new Error(`the plugin ended before its handshake: ${started.stderr()}`));
    });
  });
  return { ...started, clientCertificate, line: started.stdout().split("\n")[0] ?? "" };
}

/** The server's certificate in the sixth field of a handshake line. */
export function serverCertificateOf(line: string): string {
  return pem("CERTIFICATE", Buffer.from(line.split("|")[5] ?? "", "base64"));
}

/** A channel to the plugin, with a method for each gRPC method. Failures are rejected with a `ServiceError`. */
export interface PluginClient {
  call<Method extends DescMethod>(
    service: DescService,
    method: Method,
    request?: MessageInitShape<Method["input"]>,
  ): Promise<MessageShape<Method["output"]>>;
  /**
   * A call of any path with any bytes.
   * @param message none by default
   */
  callPath(path: string, message?: Buffer): Promise<Buffer>;
  close(): void;
}

/** @param shown the certificate to show instead of the one that the plugin expects; null for none */
export function connect(
  plugin: StartedPlugin,
  shown: PemPair | null | undefined = plugin.clientCertificate,
): PluginClient {
  const [, , network = "", address = ""] = plugin.line.split("|");
  return clientFor(network === "unix" ? `unix:${address}` : address, credentialsFor(plugin, shown ?? undefined));
}

function credentialsFor(plugin: StartedPlugin, shown: PemPair | undefined): ChannelCredentials {
  if (plugin.clientCertificate === undefined) {
    return credentials.createInsecure();
  }
  const trusted = Buffer.from(serverCertificateOf(plugin.line));
  return shown === undefined
    ? credentials.createSsl(trusted)
    : credentials.createSsl(trusted, Buffer.from(shown.privateKey), Buffer.from(shown.certificate));
}

/** A client without TLS tricks, for an address in the form of grpc-js. */
export function clientFor(address: string, channelCredentials: ChannelCredentials): PluginClient {
  const client = new Client(address, channelCredentials, {
    "grpc.ssl_target_name_override": "localhost",
    "grpc.default_authority": "localhost",
    "grpc.max_receive_message_length": -1,
    "grpc.max_send_message_length": -1,
  });
  const send = (path: string, message: Buffer): Promise<Buffer> =>
    new Promise((resolve, reject) => {
      const pass = (bytes: Buffer): Buffer => bytes;
      const onAnswer = (error: ServiceError | null, answer?: Buffer): void => {
        if (error) {
          reject(error);
        } else {
          resolve(answer ?? Buffer.alloc(0));
        }
      };
      client.makeUnaryRequest(path, pass, pass, message, { deadline: Date.now() + 20_000 }, onAnswer);
    });
  return {
    callPath: (path, message = Buffer.alloc(0)) => send(path, message),
    call: async <Method extends DescMethod>(
      service: DescService,
      method: Method,
      request?: MessageInitShape<Method["input"]>,
    ) => {
      const output: Method["output"] = method.output;
      const message = Buffer.from(toBinary(method.input, create(method.input, request)));
      return fromBinary(output, await send(`/${service.typeName}/${method.name}`, message));
    },
    close: () => {
      client.close();
    },
  };
}
