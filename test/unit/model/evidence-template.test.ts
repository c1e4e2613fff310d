import { Duration } from "../../../src/model/duration";
import {
  fillTemplate,
  placeholdersIn,
  probeAddressProblem,
  prometheusAddressProblem,
  queryProblem,
  resolutionProblem,
  tokenAddressProblem,
  variableProblem,
} from "../../../src/model/evidence-template";

test("placeholders are found by their whole name, and no other dollar is one", () => {
  expect([...placeholdersIn('a{k=~"x$|y$",id="$key_id"}[$window] $key_identity $1')]).toEqual([
    "key_id",
    "window",
    "key_identity",
  ]);
});

test("a value is put in as it is, even if it looks like a placeholder or a replacement pattern", () => {
  expect(fillTemplate("<$key_id|$service>", (name) => (name === "key_id" ? "$service$&" : "s"))).toBe("<$service$&|s>");
});

test.each<[string, string, string | undefined]>([
  ["a query by id", 'sum(increase(m{key="$key_id"}[$window]))', undefined],
  ["a query by service", 'sum(increase(m{service="$service"}[$window]))', undefined],
  ["a query with a regular expression", 'sum(increase(m{path=~"/v1/.*$",key="$key_name"}[$window]))', undefined],
  ["no window", 'sum(increase(m{key="$key_id"}[5m]))', "the query must have $window where its time range goes"],
  ["no key", 'sum(increase(m{env="$environment"}[$window]))', "the query must say which key is meant"],
  [
    "a misspelt placeholder",
    'sum(increase(m{key="$keyid"}[$window]))',
    "the query has a placeholder that is not known",
  ],
  ["a probe's placeholder", 'm{key="$key_id",t="$since"}[$window]', "write one of $key_id, $key_name, $service"],
  ["a raw string", "sum(increase(m{key=`$key_id`}[$window]))", "the query must not have backquotes"],
])("%s is judged", (_name, query, expected) => {
  const problem = queryProblem(query);
  if (expected === undefined) expect(problem).toBeUndefined();
  else expect(problem).toContain(expected);
});

test.each<[string, (address: string) => string | undefined, string, string | undefined]>([
  ["a Prometheus", prometheusAddressProblem, "https://prometheus.example.com", undefined],
  ["a Prometheus under a prefix", prometheusAddressProblem, "http://metrics.internal:9090/prom/", undefined],
  ["a Prometheus with a query", prometheusAddressProblem, "https://p.example?x=leaked", "must not have a query"],
  ["a Prometheus with a password", prometheusAddressProblem, "https://u:leaked@p.example", "must not have a user name"],
  ["a Prometheus with a fragment", prometheusAddressProblem, "https://p.example#leaked", "must not have a fragment"],
  ["a Prometheus of another scheme", prometheusAddressProblem, "ftp://leaked", "must begin with https://"],
  ["a Prometheus without a scheme", prometheusAddressProblem, "leaked:9090", "must begin with https://"],
  ["no text", prometheusAddressProblem, "", "must begin with https://"],
  ["a probe", probeAddressProblem, "https://usage.example/keys/$key_id?since=$since", undefined],
  ["a probe without a key", probeAddressProblem, "https://usage.example/leaked", "must say which key is meant"],
  ["a probe with a misspelt placeholder", probeAddressProblem, "https://u.example/$key", "is not known"],
  ["a probe with a window", probeAddressProblem, "https://u.example/$key_id/$window", "is not known"],
  ["a probe with a key in its host", probeAddressProblem, "https://$service.example/", "placeholder in its host"],
  ["a probe with a key in its port", probeAddressProblem, "https://u.example:$service/", "must begin with https://"],
  ["a probe with a password", probeAddressProblem, "https://u:leaked@u.example/$key_id", "must not have a user name"],
])("the address of %s is judged, and not shown", (_name, problemOf, address, expected) => {
  const problem = problemOf(address);
  if (expected === undefined) {
    expect(problem).toBeUndefined();
  } else {
    expect(problem).toContain(expected);
    expect(problem).not.toContain("leaked");
  }
});

test.each<[string, boolean]>([
  ["https://p.example", true],
  ["http://127.0.0.1:9090", true],
  ["http://localhost", true],
  ["http://[::1]:9090", true],
  ["http://p.example", false],
  ["http://127.0.0.1.example.com", false],
])("a token may be sent to %s: %s", (address, isAllowed) => {
  expect(tokenAddressProblem(address) === undefined).toBe(isAllowed);
});

test.each<[string, boolean]>([
  ["PROMETHEUS_TOKEN", true],
  ["_t1", true],
  ["", false],
  ["1T", false],
  ["MY TOKEN", false],
  ["eyJhbGciOi.x", false],
])("%j is the name of a variable: %s", (name, isAllowed) => {
  const problem = variableProblem(name);
  expect(problem === undefined).toBe(isAllowed);
  expect(problem ?? "").not.toContain(name === "" ? "\0" : name);
});

test.each<[Duration, boolean]>([
  [Duration.seconds(1), false],
  [Duration.seconds(2), true],
  [Duration.days(1), true],
])("%s is a resolution: %s", (resolution, isAllowed) => {
  expect(resolutionProblem(resolution) === undefined).toBe(isAllowed);
});
