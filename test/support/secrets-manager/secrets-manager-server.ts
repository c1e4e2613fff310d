/**
 * A server that answers like AWS Secrets Manager, on a free port of this machine, and that fails when it is told to.
 *
 * It does not check signatures. Everything else that a test does with it goes through the SDK, as in production.
 */
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { AwsRefusal, DocumentedSecrets, type Content } from "./documented-secrets";

/** A request that the server got. */
export interface Call {
  readonly operation: string;
  readonly input: Content;
  readonly userAgent: string;
  /** Counts all requests, from 0. */
  readonly index: number;
}

/** What goes wrong with a request. */
export type Fault =
  | { readonly kind: "refuse"; readonly awsName: string; readonly message?: string; readonly status?: number }
  /** Somebody else answers in AWS's place. */
  | { readonly kind: "page"; readonly status: number; readonly body: string }
  /** The connection breaks before anything is done. */
  | { readonly kind: "lose-request" }
  /** It is done, and the connection breaks before the answer. */
  | { readonly kind: "lose-answer" }
  | { readonly kind: "no-answer" }
  /** Answers what was true at that time: AWS does not show a change everywhere at once. */
  | { readonly kind: "answer"; readonly content: Content };

/** A running server. */
export class SecretsManagerServer {
  readonly secrets = new DocumentedSecrets();
  readonly calls: Call[] = [];
  /** Decides about each request; the usual answer if it says nothing. */
  fault: (call: Call) => Fault | undefined = () => undefined;
  readonly #server = createServer((request, response) => void this.#answer(request, response));

  /** The variables of a process that uses it. */
  get variables(): Readonly<Record<string, string>> {
    const { port } = this.#server.address() as AddressInfo;
    return {
      AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
      AWS_REGION: this.secrets.region,
      AWS_ACCESS_KEY_ID: "AKIDEXAMPLE",
      AWS_SECRET_ACCESS_KEY: "not-a-secret",
    };
  }

  async start(): Promise<void> {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = (await request.toArray()).join("");
    const call: Call = {
      operation: String(request.headers["x-amz-target"]).replace("secretsmanager.", ""),
      input: JSON.parse(body) as Content,
      userAgent: String(request.headers["user-agent"]),
      index: this.calls.length,
    };
    this.calls.push(call);
    const fault = this.fault(call);
    switch (fault?.kind) {
      case "lose-request":
        response.destroy();
        return;
      case "no-answer":
        return;
      case "page":
        send(response, fault.status, fault.body, "text/html");
        return;
      case "refuse":
        refuse(response, new AwsRefusal(fault.awsName, fault.message ?? "", fault.status ?? 400));
        return;
      case "answer":
        send(response, 200, JSON.stringify(fault.content));
        return;
      default:
        this.#carryOut(call, response, fault?.kind === "lose-answer");
    }
  }

  #carryOut({ operation, input }: Call, response: ServerResponse, isAnswerLost: boolean): void {
    try {
      const content = this.secrets.act(operation, input);
      if (isAnswerLost) response.destroy();
      else send(response, 200, JSON.stringify(content));
    } catch (error) {
      if (!(error instanceof AwsRefusal)) throw error;
      refuse(response, error);
    }
  }
}

function refuse(response: ServerResponse, { awsName, message, status }: AwsRefusal): void {
  send(response, status, JSON.stringify({ __type: awsName, Message: message }));
}

function send(response: ServerResponse, status: number, body: string, type = "application/x-amz-json-1.1"): void {
  response
    .writeHead(status, { "content-type": type, "x-amzn-requestid": "00000000-0000-4000-8000-000000000000" })
    .end(body);
}
