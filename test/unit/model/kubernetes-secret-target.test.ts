import {
  kubernetesSecretTargetPlace,
  kubernetesSecretTargetProblems,
  type KubernetesSecretTarget,
} from "../../../src/model/kubernetes-secret-target";

const target: KubernetesSecretTarget = { namespace: "publishing", name: "scheduler" };

describe("a Kubernetes Secret as a target", () => {
  test.each<[string, Partial<KubernetesSecretTarget>]>([
    ["in whole", { ...target, key: "PINBRIDGE_API_KEY", context: "prod/eu admin@cluster" }],
    ["without what has a default", target],
    ["without what is unknown yet", { name: "scheduler" }],
    ["with a name of several parts", { ...target, name: "scheduler.prod.acme-1" }],
    ["with the longest names", { namespace: "a".repeat(63), name: "a".repeat(253), key: "k".repeat(244) }],
    ["with a hidden file as its data key", { ...target, key: ".netrc" }],
  ])("is taken %s", (_name, declared) => {
    expect(kubernetesSecretTargetProblems(declared)).toEqual([]);
  });

  test.each<[keyof KubernetesSecretTarget, string, string]>([
    ["namespace", "Publishing", "lower-case letters"],
    ["namespace", "a".repeat(64), "up to 63"],
    ["namespace", "a.b", "hyphens"],
    ["name", "", "lower-case letters"],
    ["name", "scheduler_prod", "hyphens and dots"],
    ["name", "-scheduler", "at the ends"],
    ["name", "a..b", "beside each dot"],
    ["name", "../../kube-system/secrets/x", "lower-case letters"],
    ["name", "a".repeat(254), "up to 253"],
    ["key", "", "letters, digits"],
    ["key", "api key", "letters, digits"],
    ["key", "api/key", "letters, digits"],
    ["key", "..data", "two dots at the beginning"],
    ["key", ".", "letters, digits"],
    ["key", "k".repeat(245), "up to 244"],
    ["key", "api-key.previous", "marks the data key of a previous secret"],
    ["context", " ", "kubectl config get-contexts"],
  ])("is refused for its %s %j, and the sentence says what is allowed", (attribute, value, words) => {
    const problems = kubernetesSecretTargetProblems({ ...target, [attribute]: value });

    expect(problems).toEqual([{ attribute, problem: expect.stringContaining(words) as string }]);
    if (value.trim() !== "") expect(problems[0]?.problem).toContain(JSON.stringify(value));
    expect(problems[0]?.problem).not.toMatch(/\.$/);
  });

  test("tells all that is wrong", () => {
    const wrong = { namespace: "A", name: "B", key: "c d", context: "" };

    expect(kubernetesSecretTargetProblems(wrong).map(({ attribute }) => attribute)).toEqual(Object.keys(wrong));
  });

  test.each<[string, KubernetesSecretTarget, boolean]>([
    ["another data key of the Secret", { ...target, key: "token" }, true],
    ["another name", { ...target, name: "planner" }, false],
    ["another namespace", { ...target, namespace: "billing" }, false],
    ["another context", { ...target, context: "prod" }, false],
  ])("knows whether it is the same place: %s", (_name, other, isSame) => {
    expect(kubernetesSecretTargetPlace(other) === kubernetesSecretTargetPlace(target)).toBe(isSame);
  });
});
