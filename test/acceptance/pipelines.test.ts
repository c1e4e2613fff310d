/**
 * The pipelines of the examples: their files hold to what their README says, and their shell steps do it, with the real cdktf and Terraform.
 *
 * `npm ci` is left out, because it needs a registry. What code hosts do themselves is not shown: triggers, conditions, environments.
 */
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { newAgeReader, type AgeReader } from "../support/age-reader";
import { CdktfProject } from "../support/cdktf-project";
import { FakeCodeHost } from "../support/fake-code-host";
import { KeyApiProcess } from "../support/key-api-process";
import {
  install,
  pipelineText,
  readGitLabJob,
  readWorkflow,
  runGitLabJob,
  runJob,
  type Job,
  type JobResult,
  type Machine,
} from "../support/pipeline-file";
import { tracesOfSecret } from "../support/secret-traces";
import { temporaryFolder } from "../support/temporary-folder";

jest.setTimeout(300_000);

const root = path.resolve(__dirname, "../..");
const emptyFolder = temporaryFolder();
const workflowFiles = ["github/keys-review.yml", "github/keys-deploy.yml"];
const jobs = workflowFiles.flatMap((file) =>
  Object.entries(readWorkflow(file).jobs).map(([name, job]): [string, Job] => [`${name} of ${file}`, job]),
);
const steps = jobs.flatMap(([, job]) => job.steps);
const gitLabJobs = ["keys-plan", "keys-comment", "keys-deploy"];

describe("the workflows of GitHub", () => {
  test.each(workflowFiles)(
    "%s takes all permissions away, and runs in a group that is not ended in the middle",
    (file) => {
      const { permissions, concurrency, on } = readWorkflow(file);
      expect(permissions).toEqual({});
      expect(concurrency).toMatchObject({ "cancel-in-progress": false });
      expect(Object.keys(on)).not.toContain("pull_request_target");
    },
  );

  test("ask for exactly the permissions that each job needs, and for a time limit", () => {
    expect(Object.fromEntries(jobs.map(([name, { permissions }]) => [name, permissions]))).toEqual({
      "plan of github/keys-review.yml": { contents: "read", "id-token": "write" },
      "comment of github/keys-review.yml": { contents: "read", "pull-requests": "write" },
      "from-fork of github/keys-review.yml": {},
      "deploy of github/keys-deploy.yml": { contents: "read", "id-token": "write" },
    });
    for (const [, job] of jobs) expect(job["timeout-minutes"]).toBeGreaterThan(0);
  });

  test("pin every action by its commit, with its version beside it", () => {
    const used = steps.flatMap(({ uses }) => (uses === undefined ? [] : [uses]));
    expect(used.length).toBeGreaterThan(5);
    for (const each of used) expect(each).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40}$/);
    for (const file of workflowFiles) {
      const lines = pipelineText(file).split("\n");
      for (const line of lines.filter((each) => each.includes("uses:"))) expect(line).toMatch(/ # v\d+\.\d+\.\d+$/);
    }
  });

  test("put no expression into a script, where its value would be run", () => {
    for (const { run } of steps) expect(run ?? "").not.toContain("${{");
  });

  test("leave no credential of git behind, and hand on nothing but the report", () => {
    const withOf = (action: string): unknown[] =>
      steps.filter(({ uses }) => uses?.startsWith(action)).map((step) => step.with);
    for (const each of withOf("actions/checkout@")) expect(each).toMatchObject({ "persist-credentials": false });
    expect(withOf("actions/upload-artifact@")).toMatchObject([{ path: "report.md" }]);
  });

  test("plan no pull request from a fork, and run no code of one beside the token that may write", () => {
    const { jobs: own } = readWorkflow("github/keys-review.yml");
    const condition = "github.event.pull_request.head.repo.full_name == github.repository";
    expect(own["plan"]?.if).toContain(condition);
    expect(own["from-fork"]?.if).toBe(condition.replace("==", "!="));
    const checkout = own["comment"]?.steps.find(({ uses }) => uses?.startsWith("actions/checkout@"));
    expect(checkout?.with).toMatchObject({ ref: "${{ github.event.pull_request.base.sha }}" });
  });

  test("give secrets to jobs of an environment only, and none to the one that comments", () => {
    for (const [name, job] of jobs) {
      if (JSON.stringify(job).includes("secrets.")) expect([name, job.environment]).toEqual([name, expect.any(String)]);
    }
    const { jobs: own } = readWorkflow("github/keys-review.yml");
    expect(JSON.stringify(own["comment"])).not.toContain("secrets.");
  });
});

describe("the pipeline of GitLab", () => {
  test("names no image by a tag, and keeps deployments apart", () => {
    for (const name of gitLabJobs) {
      expect(readGitLabJob(name)).toMatchObject({ image: "$KEYS_IMAGE", interruptible: false });
    }
    expect(readGitLabJob("keys-deploy")).toMatchObject({ resource_group: "keys-deploy" });
  });

  test("hands on nothing but the report and the status, and gives each job an environment of its own", () => {
    expect(readGitLabJob("keys-plan")).toMatchObject({ artifacts: { paths: ["report.md", "status"] } });
    const environments = gitLabJobs.map((name) => (readGitLabJob(name)["environment"] as { name: string }).name);
    expect(environments).toEqual(gitLabJobs);
  });
});

test.each([...jobs.map(([, { env = {} }]) => env), ...gitLabJobs.map((name) => readGitLabJob(name).variables ?? {})])(
  "whoever runs Terraform calls nobody, and waits for the lock: %#",
  (env) => {
    if (!("CHECKPOINT_DISABLE" in env)) expect(Object.keys(env)).toEqual([]);
    else expect(env).toMatchObject({ CDKTF_SKIP_PROVIDER_LOCK: "true", TF_CLI_ARGS_plan: "-lock-timeout=10m" });
  },
);

const programFor = (recipient: string): string => `
const app = new App();
for (const name of ["publishing", "analytics"]) {
  const stack = new TerraformStack(app, name);
  new KeyturnProvider(stack, "keyturn", { environment: "prod" });
  new ApiKey(stack, "key", {
    service: name, environment: "prod", owner: "team@acme.example", scopes: ["read"],
    rotation: { period: Duration.days(90), overlap: Duration.hours(24), overlapWait: Duration.seconds(1) },
    deliverTo: [SecretStore.encryptedFile({ path: process.cwd() + "/secrets/" + name + ".age", recipients: ["${recipient}"] })],
  });
}
app.synth();`;

/** A project as a pipeline finds it after `npm ci`: with the two commands that it runs. */
class PipelineProject {
  private constructor(
    readonly api: KeyApiProcess,
    readonly project: CdktfProject,
    private readonly reader: AgeReader,
  ) {}

  static async create(): Promise<PipelineProject> {
    const api = await KeyApiProcess.start();
    const reader = await newAgeReader();
    const project = await CdktfProject.create({ program: programFor(reader.recipient) });
    mkdirSync(path.join(project.folder, "secrets"));
    const commands = path.join(project.folder, "node_modules", ".bin");
    mkdirSync(commands);
    symlinkSync(path.join(root, "node_modules/cdktf-cli/bundle/bin/cdktf"), path.join(commands, "cdktf"));
    symlinkSync(path.join(root, "dist/bundle/keyturn.js"), path.join(commands, "keyturn"));
    writeFileSync(path.join(project.folder, "package.json"), JSON.stringify({ name: "keys", private: true }));
    return new PipelineProject(api, project, reader);
  }

  /** The runner: what it has in its environment before a job adds to it. */
  machine(more: Readonly<Record<string, string>> = {}): Machine {
    const { folder, home, terraformBinary } = this.project;
    const env = {
      PATH: process.env["PATH"] ?? "",
      HOME: home,
      TERRAFORM_BINARY_NAME: terraformBinary,
      CI: "1",
      NO_COLOR: "1",
      // No package is looked for anywhere else.
      npm_config_offline: "true",
      ...more,
    };
    return { cwd: folder, env };
  }

  /** The values of expressions, as the two environments of the README have them. */
  get values(): Readonly<Record<string, string>> {
    return {
      "vars.KEYTURN_ENDPOINT": this.api.url,
      "secrets.KEYTURN_API_KEY": this.api.managementSecret,
    };
  }

  file(name: string): string {
    return path.join(this.project.folder, name);
  }

  /** The secrets in the two files, once each of them has been tried and works. */
  async delivered(): Promise<readonly string[]> {
    const files = ["analytics", "publishing"].map((name) => this.file(`secrets/${name}.age`));
    const secrets = await Promise.all(files.map((file) => this.reader.read(file)));
    return await Promise.all(
      secrets.map(async (secret = "none") => {
        expect(await this.api.use(secret)).toBe(200);
        return secret;
      }),
    );
  }

  deny(): void {
    writeFileSync(this.file("keyturn.policy.json"), JSON.stringify({ thresholds: { maxPeriod: "30d" } }));
  }

  allow(): void {
    writeFileSync(this.file("keyturn.policy.json"), "{}");
  }

  async end(): Promise<void> {
    this.project.remove();
    await this.api.end();
  }
}

test("on GitHub a pull request is planned and commented, a merge creates the keys, and the schedule rotates them", async () => {
  const pipeline = await PipelineProject.create();
  const host = await FakeCodeHost.start("github");
  const summary = pipeline.file("summary.md");
  const { jobs: review } = readWorkflow("github/keys-review.yml");
  const { jobs: deploy } = readWorkflow("github/keys-deploy.yml");
  const run = async (job: Job | undefined): Promise<JobResult> => {
    if (!job) throw new Error("there is no such job");
    const values = { ...pipeline.values, "github.token": host.token };
    // The token comes from the step that is to have it, and from nowhere else.
    const { GITHUB_TOKEN: _token, ...variables } = host.variables;
    return await runJob(job, values, pipeline.machine({ ...variables, GITHUB_STEP_SUMMARY: summary }));
  };
  try {
    // Given a pull request that the policy denies
    pipeline.deny();
    const denied = await run(review["plan"]);
    expect(denied).toMatchObject({ code: 3, outputs: { "steps.review.outputs.reviewed": "true" } });
    expect((await run(review["comment"])).code).toBe(0);
    expect(host.comments.map(({ body }) => body)).toEqual([expect.stringMatching(/^⛔ \*\*Denied by policy\.\*\*/)]);
    expect(await pipeline.api.names()).toEqual([]);

    // When it is corrected, then the same comment says so
    pipeline.allow();
    expect(await run(review["plan"])).toMatchObject({ code: 0 });
    expect((await run(review["comment"])).output).toContain("the comment was updated");
    expect(host.comments).toHaveLength(1);
    expect(host.comments[0]?.body).toContain("2 keys: 2 are created.");
    expect(readFileSync(summary, "utf8")).toContain("2 keys: 2 are created.");

    // When it is merged, then the keys are there
    const deployed = await run(deploy["deploy"]);
    expect(deployed.code).toBe(0);
    expect(await pipeline.api.names()).toEqual(["analytics-prod", "publishing-prod"]);
    const first = await pipeline.delivered();

    // When the schedule runs on the same day, then nothing happens
    const before = (await pipeline.api.keys()).map(({ id }) => id).sort();
    expect((await run(deploy["deploy"])).code).toBe(0);
    expect((await pipeline.api.keys()).map(({ id }) => id).sort()).toEqual(before);

    // When it runs after the period, then both are replaced, and the old ones work on
    await pipeline.api.advancePast({ ms: 90 * 24 * 3_600_000 });
    const rotated = await run(deploy["deploy"]);
    expect(rotated.code).toBe(0);
    expect(await pipeline.api.names()).toEqual([
      "analytics-prod",
      "analytics-prod~retiring~NONCE",
      "publishing-prod",
      "publishing-prod~retiring~NONCE",
    ]);
    const second = await pipeline.delivered();
    expect(new Set([...first, ...second]).size).toBe(4);
    for (const each of first) expect(await pipeline.api.use(each)).toBe(200);

    // And when the policy denies what was merged, then nothing is deployed
    pipeline.deny();
    await pipeline.api.advancePast({ ms: 90 * 24 * 3_600_000 });
    const names = await pipeline.api.names();
    expect((await run(deploy["deploy"])).code).toBe(3);
    expect(await pipeline.api.names()).toEqual(names);
    const said = [denied, deployed, rotated].map(({ output }) => output).join("") + JSON.stringify(host.comments);
    expect(tracesOfSecret(said, pipeline.api.managementSecret)).toEqual([]);
    expect(tracesOfSecret(said, host.token)).toEqual([]);
  } finally {
    await host.close();
    await pipeline.end();
  }
});

test("on GitLab the same jobs do the same", async () => {
  const pipeline = await PipelineProject.create();
  const host = await FakeCodeHost.start("gitlab");
  const { GITLAB_TOKEN: token = "", ...variables } = host.variables;
  const tokenFile = pipeline.file("state-token");
  const run = async (name: string): Promise<{ readonly code: number | null; readonly output: string }> => {
    const job = readGitLabJob(name);
    const own: Record<string, string> = name === "keys-comment" ? { GITLAB_TOKEN: token } : pipeline.api.environment;
    const machine = pipeline.machine({ ...variables, ...own, STATE_ID_TOKEN: "identity" });
    return await runGitLabJob(
      { ...job, variables: { ...job.variables, AWS_WEB_IDENTITY_TOKEN_FILE: tokenFile } },
      machine,
    );
  };
  try {
    pipeline.deny();
    expect((await run("keys-plan")).code).toBe(0);
    expect((await run("keys-comment")).code).toBe(3);
    expect(host.comments.map(({ body }) => body)).toEqual([expect.stringMatching(/^⛔ \*\*Denied by policy\.\*\*/)]);

    pipeline.allow();
    expect((await run("keys-plan")).code).toBe(0);
    expect((await run("keys-comment")).code).toBe(0);
    expect(host.comments.map(({ body }) => body)).toEqual([expect.stringContaining("2 keys: 2 are created.")]);
    expect(await pipeline.api.names()).toEqual([]);

    expect((await run("keys-deploy")).code).toBe(0);
    expect(await pipeline.api.names()).toEqual(["analytics-prod", "publishing-prod"]);
    expect(existsSync(tokenFile)).toBe(false);

    pipeline.deny();
    expect((await run("keys-deploy")).code).toBe(3);
  } finally {
    await host.close();
    await pipeline.end();
  }
});

test("a plan that fails ends the job with 1 before anything is commented", async () => {
  const pipeline = await PipelineProject.create();
  const { jobs: review } = readWorkflow("github/keys-review.yml");
  try {
    const { plan } = review;
    if (!plan) throw new Error("there is no such job");
    const values = { ...pipeline.values, "vars.KEYTURN_ENDPOINT": "http://127.0.0.1:1" };
    const result = await runJob(plan, values, pipeline.machine());
    expect(result.code).toBe(1);
    expect(result.outputs).toEqual({});
    expect(existsSync(pipeline.file("report.md"))).toBe(false);
  } finally {
    await pipeline.end();
  }
});

test("a pull request from a fork is told why it is not planned", async () => {
  const { jobs: review } = readWorkflow("github/keys-review.yml");
  const job = review["from-fork"];
  if (!job) throw new Error("there is no such job");
  const machine = { cwd: emptyFolder, env: { PATH: process.env["PATH"] ?? "" } };
  const { code, output } = await runJob(job, {}, machine);
  expect(code).toBe(0);
  expect(output).toMatch(/^::notice::A pull request from a fork/);
});

test("the installation is the only step that these tests leave out", () => {
  const scripts = steps.flatMap(({ run }) => run ?? []);
  expect(scripts.filter((script) => script === install)).toHaveLength(3);
  expect(scripts.filter((script) => script.includes("npm ") && script !== install)).toEqual([]);
});
