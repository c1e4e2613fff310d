/**
 * Asks Terraform for its state, or for a saved plan, as JSON, in one folder.
 *
 * The answer holds every secret of the state in clear text. It is handed on as it is, and appears in no message.
 */
import { spawn } from "node:child_process";
import { KeyturnError } from "../model/error";

/** How Terraform is started. */
export interface TerraformPlace {
  /** The folder, which must exist. */
  readonly folder: string;
  /** The environment variables; `TERRAFORM_BINARY_NAME` names the program, as it does for cdktf. */
  readonly variables: Readonly<Record<string, string | undefined>>;
}

/** A state of thousands of resources has some megabytes. */
const longestAnswer = 512 * 1024 * 1024;

/** What is quoted of a complaint of Terraform. */
const longestComplaint = 250;

/**
 * What `terraform show -json` prints in the folder.
 * @throws KeyturnError INVALID_CONFIGURATION if there is no Terraform, or the folder is not initialised
 */
export async function showState(place: TerraformPlace): Promise<string> {
  return (await show(place, { what: "state", file: [] })).toString("utf8");
}

/**
 * What `terraform show -json` prints of a saved plan.
 * @param file its name, relative to the folder
 * @throws KeyturnError INVALID_CONFIGURATION if there is no Terraform, the folder is not initialised, or the plan cannot be read
 */
export async function showPlan(place: TerraformPlace, file: string): Promise<Uint8Array> {
  return await show(place, { what: "plan", file: [file] });
}

async function show(
  { folder, variables }: TerraformPlace,
  { what, file }: { readonly what: "state" | "plan"; readonly file: readonly string[] },
): Promise<Buffer> {
  const named = variables["TERRAFORM_BINARY_NAME"];
  for (const program of named ? [named] : ["terraform", "tofu"]) {
    const shown = await run(program, ["show", "-json", "-no-color", ...file], { folder, variables });
    if (shown === undefined) continue;
    if (shown.code === 0) return shown.stdout;
    throw new KeyturnError(
      "INVALID_CONFIGURATION",
      `${program} cannot show the ${what} of ${folder}: ${complaintOf(shown.stderr)}` +
        (what === "plan" ? "; if the plan is damaged, make it again with cdktf diff" : ""),
    );
  }
  throw new KeyturnError(
    "INVALID_CONFIGURATION",
    named
      ? `there is no program ${named}, which TERRAFORM_BINARY_NAME names; correct it, or unset it`
      : "there is neither terraform nor tofu on the PATH; install one of them, or name it in TERRAFORM_BINARY_NAME",
  );
}

interface Shown {
  readonly code: number | null;
  readonly stdout: Buffer;
  readonly stderr: string;
}

/** @returns undefined if there is no such program */
async function run(
  program: string,
  words: readonly string[],
  { folder, variables }: TerraformPlace,
): Promise<Shown | undefined> {
  return await new Promise((resolve, reject) => {
    const child = spawn(program, words, {
      cwd: folder,
      env: { ...variables },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    let length = 0;
    child.stdout.on("data", (chunk: Buffer) => {
      length += chunk.length;
      if (length > longestAnswer) child.kill();
      else stdout.push(chunk);
    });
    child.stderr.on("data", (chunk: Buffer) => stderr.push(chunk));
    child.once("error", (error) => {
      if ("code" in error && error.code === "ENOENT") resolve(undefined);
      else reject(new KeyturnError("INVALID_CONFIGURATION", `${program} cannot be started: ${error.message}`));
    });
    child.once("close", (code) => {
      resolve({ code, stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr).toString("utf8") });
    });
  });
}

/** Its error in one line, without the frame that Terraform draws around it. */
function complaintOf(stderr: string): string {
  const text = stderr.replaceAll(/[\s\p{Cc}\u2500-\u257f]+/gu, " ").trim();
  const error = text.slice(Math.max(0, text.indexOf("Error: ")));
  if (error === "") return "it ended without saying why";
  return error.length > longestComplaint ? `${error.slice(0, longestComplaint)} …` : error;
}
