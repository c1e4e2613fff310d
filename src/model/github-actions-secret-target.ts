/**
 * What may be declared as a secret of GitHub Actions: checked when a configuration is made, when Terraform reads it, and when it is used.
 *
 * Names of secrets are the same in upper and lower case:
 * https://docs.github.com/en/actions/security-for-github-actions/security-guides/using-secrets-in-github-actions#naming-your-secrets
 */

/** A secret of GitHub Actions that a key's secret is delivered to. */
export interface GitHubActionsSecretTarget {
  /** The repository: `acme/publishing`. */
  readonly repository: string;
  /** The name of the secret, which a workflow reads as `secrets.NAME`. */
  readonly name: string;
  /** The environment of the repository whose secret it is, which must exist. Null for a secret of the whole repository. */
  readonly environment?: string | null;
}

/** What comes after the name of a secret to make the name of the variable that says whose it is. */
export const labelVariableSuffix = "_KEYTURN";

const repositoryPattern = /^[A-Za-z0-9](?:[A-Za-z0-9_-]*[A-Za-z0-9])?\/[A-Za-z0-9._-]+$/;
const namePattern = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** The longest name of an environment: https://docs.github.com/en/rest/deployments/environments */
const longestEnvironment = 255;

/**
 * What is wrong with a target, each as a sentence without its end.
 * @param target without the attributes that are not known yet
 */
export function githubActionsSecretTargetProblems(
  target: Partial<GitHubActionsSecretTarget>,
): readonly { readonly attribute: keyof GitHubActionsSecretTarget; readonly problem: string }[] {
  const { repository, name, environment } = target;
  return [
    { attribute: "repository" as const, problem: repository === undefined ? undefined : repositoryProblem(repository) },
    { attribute: "name" as const, problem: name === undefined ? undefined : nameProblem(name) },
    {
      attribute: "environment" as const,
      problem: typeof environment === "string" ? environmentProblem(environment) : undefined,
    },
  ].flatMap(({ attribute, problem }) => (problem === undefined ? [] : [{ attribute, problem }]));
}

/** The same text for the same place. GitHub takes repositories, names and environments in upper and lower case for the same. */
export function githubActionsSecretTargetPlace({ repository, name, environment }: GitHubActionsSecretTarget): string {
  const place = `${repository.toLowerCase()} ${name.toUpperCase()}`;
  return typeof environment === "string" ? `${place} ${environment.toLowerCase()}` : place;
}

function repositoryProblem(repository: string): string | undefined {
  const [, name] = repository.split("/");
  if (repositoryPattern.test(repository) && name !== "." && name !== "..") return undefined;
  return `the repository ${JSON.stringify(repository)} has not the form OWNER/NAME, such as acme/publishing, without a host and without .git at the end`;
}

function nameProblem(name: string): string | undefined {
  const quoted = JSON.stringify(name);
  if (!namePattern.test(name)) {
    return `the name ${quoted} cannot be that of a secret of GitHub Actions; use letters, digits and _, not beginning with a digit`;
  }
  if (/^GITHUB_/i.test(name))
    return `the name ${quoted} begins with GITHUB_, which GitHub keeps for itself; name it otherwise`;
  return undefined;
}

function environmentProblem(environment: string): string | undefined {
  if (environment.trim() === "") {
    return "the environment of a secret of GitHub Actions is empty; name one, or leave it out for a secret of the whole repository";
  }
  if (environment.length <= longestEnvironment && !/\p{Cc}/u.test(environment)) return undefined;
  return `the environment ${JSON.stringify(environment.slice(0, 40))} cannot be one of GitHub; it has at most ${longestEnvironment} characters, and none that steers a terminal`;
}
