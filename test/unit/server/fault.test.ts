import { FaultPlan, type Fault } from "../../../src/server/fault";

const kindsOf = (faults: readonly Fault[]): string[] => faults.map(({ kind }) => kind);

describe("a planned fault", () => {
  test("strikes the next request once, if nothing else is said", () => {
    const plan = new FaultPlan([{ kind: "reset" }]);
    expect(kindsOf(plan.strike("GET", "/healthz"))).toEqual(["reset"]);
    expect(plan.strike("GET", "/healthz")).toEqual([]);
  });

  test.each([
    ["its method", { method: "POST" }, "POST", "/v1/api-keys", true],
    ["its method in lower case", { method: "post" }, "POST", "/v1/api-keys", true],
    ["another method", { method: "POST" }, "GET", "/v1/api-keys", false],
    ["its path", { path: "/v1/api-keys" }, "GET", "/v1/api-keys", true],
    ["a path below its path", { path: "/v1/api-keys" }, "GET", "/v1/api-keys/1", false],
    ["a path that its pattern covers", { path: "/v1/api-keys/*" }, "DELETE", "/v1/api-keys/1", true],
    ["a path that its pattern does not cover", { path: "/v1/api-keys/*" }, "GET", "/v1/api-keys", false],
    ["a path with a letter where the pattern has a dot", { path: "/v1.0/keys" }, "GET", "/v1x0/keys", false],
  ])("meets a request with %s", (_name, target, method, path, strikes) => {
    const plan = new FaultPlan([{ kind: "reset", ...target }]);
    expect(plan.strike(method, path)).toHaveLength(strikes ? 1 : 0);
  });

  test("strikes as often as it counts, after as many as it lets pass", () => {
    const plan = new FaultPlan([{ kind: "reset", after: 2, count: 3 }]);
    const struck = Array.from({ length: 7 }, () => plan.strike("GET", "/").length);
    expect(struck).toEqual([0, 0, 1, 1, 1, 0, 0]);
    expect(plan.waiting()).toEqual([]);
  });

  test("that always strikes is never used up", () => {
    const plan = new FaultPlan([{ kind: "reset", count: "always" }]);
    for (let index = 0; index < 100; index++) expect(plan.strike("GET", "/")).toHaveLength(1);
    expect(plan.waiting()).toHaveLength(1);
  });

  test("waits for its turn behind another that fits", () => {
    const plan = new FaultPlan([{ kind: "reset" }, { kind: "bad-gateway" }]);
    expect(kindsOf(plan.strike("GET", "/"))).toEqual(["reset"]);
    expect(kindsOf(plan.strike("GET", "/"))).toEqual(["bad-gateway"]);
  });

  test("comes together with latency before it", () => {
    const plan = new FaultPlan([{ kind: "latency", ms: 5 }, { kind: "lost-response" }]);
    expect(kindsOf(plan.strike("GET", "/"))).toEqual(["latency", "lost-response"]);
  });

  test("is forgotten when others are set", () => {
    const plan = new FaultPlan([{ kind: "reset", count: "always" }]);
    plan.set([]);
    expect(plan.strike("GET", "/")).toEqual([]);
  });

  test.each([0, -1, Number.NaN])("that strikes %s requests is refused", (count) => {
    expect(() => new FaultPlan([{ kind: "reset", count }])).toThrow("give a count of 1 or more");
  });
});
