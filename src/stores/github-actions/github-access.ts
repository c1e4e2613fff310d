/** Where GitHub's API is, and the token for it: from the variables that GitHub's own command line reads. */
import { KeyturnError } from "../../model/error";
import { isLoopback } from "../../model/loopback";
import { Secret } from "../../model/secret";

/** The variables, in the order in which they count. */
const tokenVariables = ["GITHUB_TOKEN", "GH_TOKEN"] as const;

const publicApi = "https://api.github.com";

/** How the API is reached. */
export interface GitHubAccess {
  /** Without a slash at its end. */
  readonly url: string;
  readonly token: Secret;
}

/**
 * @param description the store, for messages
 * @throws KeyturnError STORE_UNREACHABLE that names the variable that is missing or wrong
 */
export function gitHubAccess(
  variables: Readonly<Record<string, string | undefined>>,
  description: string,
): GitHubAccess {
  const problem = (reason: string): KeyturnError =>
    new KeyturnError("STORE_UNREACHABLE", `${description} cannot be reached: ${reason}`);
  const token = tokenVariables.map((name) => variables[name]).find((value) => value !== undefined && value !== "");
  if (token === undefined) {
    throw problem(
      "there is no token; set GITHUB_TOKEN or GH_TOKEN to one that may write secrets and variables of the repository",
    );
  }
  // It would be refused by the client, which would quote it.
  if (!/^[\x21-\x7e]+$/.test(token)) throw problem("the token has a character that no token has, such as a line end");
  return { url: readUrl(variables["GITHUB_API_URL"] || publicApi, problem), token: new Secret(token) };
}

/** Messages show the host at the most: whatever else is there may be a token that was pasted into the wrong variable. */
function readUrl(text: string, problem: (reason: string) => KeyturnError): string {
  if (!URL.canParse(text)) throw problem(`GITHUB_API_URL is not a URL; write one like ${publicApi}`);
  const url = new URL(text);
  const isSafe = url.protocol === "https:" || (url.protocol === "http:" && isLoopback(url.hostname));
  if (!isSafe) throw problem(`GITHUB_API_URL does not begin with https://, and would show the token to the network`);
  if (url.username !== "" || url.password !== "" || url.search !== "" || url.hash !== "") {
    throw problem(`GITHUB_API_URL has more than a host and a path; write one like https://${url.host}/api/v3`);
  }
  return url.origin + url.pathname.replace(/\/+$/, "");
}
