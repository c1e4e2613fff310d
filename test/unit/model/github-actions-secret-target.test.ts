import {
  githubActionsSecretTargetPlace,
  githubActionsSecretTargetProblems,
  type GitHubActionsSecretTarget,
} from "../../../src/model/github-actions-secret-target";

const good = { repository: "acme/publishing", name: "PINBRIDGE_API_KEY" };

describe("a secret of GitHub Actions as a target", () => {
  test.each<Partial<GitHubActionsSecretTarget>>([
    {},
    good,
    { ...good, environment: null },
    { ...good, environment: "prod/eu west" },
    { ...good, repository: "a-b_corp/site.github.io" },
    { name: "_x1" },
  ])("may be %j", (target) => {
    expect(githubActionsSecretTargetProblems(target)).toEqual([]);
  });

  test.each<[Partial<GitHubActionsSecretTarget>, keyof GitHubActionsSecretTarget, string]>([
    [{ repository: "publishing" }, "repository", 'the repository "publishing" has not the form OWNER/NAME'],
    [{ repository: "" }, "repository", 'the repository "" has not'],
    [{ repository: "github.com/acme/publishing" }, "repository", "without a host"],
    [{ repository: "acme/.." }, "repository", 'the repository "acme/.." has not'],
    [{ repository: "acme/a?b" }, "repository", 'the repository "acme/a?b" has not'],
    [{ name: "PB-KEY" }, "name", 'the name "PB-KEY" cannot be that of a secret'],
    [{ name: "1KEY" }, "name", "not beginning with a digit"],
    [{ name: "" }, "name", 'the name "" cannot be'],
    [{ name: "github_key" }, "name", "begins with GITHUB_, which GitHub keeps for itself"],
    [{ environment: " " }, "environment", "is empty"],
    [{ environment: "a".repeat(256) }, "environment", "at most 255 characters"],
    [{ environment: "a\u001b[31m" }, "environment", "none that steers a terminal"],
  ])("may not be %j", (target, attribute, words) => {
    expect(githubActionsSecretTargetProblems(target)).toEqual([
      { attribute, problem: expect.stringContaining(words) as string },
    ]);
  });

  test("is the same place in any case, and another one in each environment", () => {
    const place = githubActionsSecretTargetPlace;
    expect(place({ repository: "ACME/Publishing", name: "pinbridge_api_key" })).toBe(place(good));
    expect(place({ ...good, environment: null })).toBe(place(good));
    expect(new Set([good, { ...good, environment: "a" }, { ...good, environment: "b" }].map(place)).size).toBe(3);
  });
});
