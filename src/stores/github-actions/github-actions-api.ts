/**
 * The calls for one secret of GitHub Actions and the variable beside it, of a repository or of an environment.
 *
 * https://docs.github.com/en/rest/actions/secrets and https://docs.github.com/en/rest/actions/variables
 */
import { z } from "zod";
import { labelVariableSuffix, type GitHubActionsSecretTarget } from "../../model/github-actions-secret-target";
import type { Instant } from "../../model/instant";
import type { Secret } from "../../model/secret";
import type { HttpLimits } from "../http";
import { gitHubProblem, type Attempt } from "./github-problem";
import { sendToGitHub, type GitHubOutcome, type GitHubRequest } from "./github-request";

/** A public key of GitHub, to seal a secret for. */
export interface PublicKey {
  readonly keyId: string;
  readonly bytes: Uint8Array;
}

type Answered = Extract<GitHubOutcome, { readonly status: number }>;

const secretSchema = z.object({ updated_at: z.string().min(1) });
const variableSchema = z.object({ value: z.string() });
const publicKeySchema = z.object({ key_id: z.string().min(1), key: z.string().min(1) });

/** Every call throws a `GitHubError` that says what could not be done, and which permission is missing. */
export class GitHubActionsApi {
  readonly #place: string;
  readonly #attempt: Omit<Attempt, "what" | "kind">;
  #servedAt: Instant | undefined;

  constructor(
    private readonly target: GitHubActionsSecretTarget,
    private readonly access: { readonly url: string; readonly token: Secret; readonly description: string },
    private readonly limits: Partial<HttpLimits>,
  ) {
    const { repository, environment } = target;
    const root = `/repos/${repository.split("/").map(encodeURIComponent).join("/")}`;
    const isEnvironment = typeof environment === "string";
    this.#place = isEnvironment ? `${root}/environments/${encodeURIComponent(environment)}` : `${root}/actions`;
    this.#attempt = { description: access.description, isEnvironment };
  }

  /** GitHub's clock, as of the last answer. */
  get servedAt(): Instant | undefined {
    return this.#servedAt;
  }

  /** When the secret was changed last; undefined if there is none. */
  async secretUpdatedAt(): Promise<string | undefined> {
    const answer = await this.#send({ method: "GET", path: this.#secretPath() }, "secrets", "read");
    if (answer.status === 404) {
      // So does GitHub answer where the repository or the environment may not be seen. Its public key tells the two apart.
      await this.publicKey();
      return undefined;
    }
    return this.#read(answer, secretSchema, "secrets").updated_at;
  }

  /** The public key that a secret is to be sealed for. GitHub may change it, so it is asked for each time. */
  async publicKey(): Promise<PublicKey> {
    const answer = await this.#send({ method: "GET", path: `${this.#place}/secrets/public-key` }, "secrets", "read");
    const { key_id: keyId, key } = this.#read(answer, publicKeySchema, "secrets");
    return { keyId, bytes: Uint8Array.from(Buffer.from(key, "base64")) };
  }

  async putSecret(box: Uint8Array, { keyId }: PublicKey): Promise<void> {
    const body = { encrypted_value: Buffer.from(box).toString("base64"), key_id: keyId };
    const answer = await this.#send({ method: "PUT", path: this.#secretPath(), body }, "secrets", "written");
    this.#require(answer, [201, 204], { kind: "secrets", what: "written" });
  }

  /** Deletes the secret, if there is one. */
  async deleteSecret(): Promise<void> {
    await this.#delete(this.#secretPath(), "secrets");
  }

  /** The value of the variable; undefined if there is none. */
  async variable(): Promise<string | undefined> {
    const answer = await this.#send({ method: "GET", path: this.#variablePath() }, "variables", "read");
    if (answer.status === 404) return undefined;
    return this.#read(answer, variableSchema, "variables").value;
  }

  /** Sets the variable. `exists` says whether it has to be made: if that turns out to be wrong, it is not made or changed. */
  async setVariable(value: string, { exists }: { readonly exists: boolean }): Promise<"set" | "other"> {
    const answer = exists
      ? await this.#send({ method: "PATCH", path: this.#variablePath(), body: { value } }, "variables", "written")
      : await this.#send(
          { method: "POST", path: `${this.#place}/variables`, body: { name: this.#variableName(), value } },
          "variables",
          "written",
        );
    if (answer.status === 409 || (exists && answer.status === 404)) return "other";
    this.#require(answer, [201, 204], { kind: "variables", what: "written" });
    return "set";
  }

  /** Deletes the variable, if there is one. */
  async deleteVariable(): Promise<void> {
    await this.#delete(this.#variablePath(), "variables");
  }

  /**
   * Finds out whether the token may write, by asking for the deletion of a secret and of a variable that do not exist. GitHub looks at
   * the permission first. There is no call that tells what a token may do.
   */
  async requireWrite(): Promise<void> {
    await this.#delete(`${this.#secretPath()}${probeSuffix}`, "secrets");
    await this.#delete(`${this.#variablePath()}${probeSuffix}`, "variables");
  }

  async #delete(path: string, kind: Attempt["kind"]): Promise<void> {
    const answer = await this.#send({ method: "DELETE", path }, kind, "written");
    this.#require(answer, [204, 404], { kind, what: "written" });
  }

  async #send(request: GitHubRequest, kind: Attempt["kind"], what: Attempt["what"]): Promise<Answered> {
    const outcome = await sendToGitHub(request, this.access, this.limits);
    if (outcome.status === undefined) throw gitHubProblem(outcome, { ...this.#attempt, kind, what });
    this.#servedAt = outcome.servedAt ?? this.#servedAt;
    return outcome;
  }

  #require(answer: Answered, statuses: readonly number[], attempt: Pick<Attempt, "kind" | "what">): void {
    if (!statuses.includes(answer.status)) throw gitHubProblem(answer, { ...this.#attempt, ...attempt });
  }

  #read<Schema extends z.ZodType>(answer: Answered, schema: Schema, kind: Attempt["kind"]): z.output<Schema> {
    this.#require(answer, [200], { kind, what: "read" });
    const body = schema.safeParse(answer.json);
    if (body.success) return body.data;
    throw gitHubProblem({ ...answer, message: undefined }, { ...this.#attempt, kind, what: "read" });
  }

  #secretPath(): string {
    return `${this.#place}/secrets/${this.target.name}`;
  }

  #variablePath(): string {
    return `${this.#place}/variables/${this.#variableName()}`;
  }

  #variableName(): string {
    return `${this.target.name}${labelVariableSuffix}`;
  }
}

/** Makes a name that nobody has given to anything. */
const probeSuffix = "_PROBE_THAT_IS_NEVER_MADE";
