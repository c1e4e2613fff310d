import { TerraformVariable } from "cdktf";
import { KeyturnProvider } from "../../../src/constructs/keyturn-provider";
import { Duration } from "../../../src/model/duration";
import { emptyStack, messageOf, synthesise } from "../../support/stack";

jest.mock("../../../src/provider/schema/provider-package", () =>
  jest.requireActual<object>("../../support/stub-provider-package"),
);

const prometheus = {
  url: "https://prometheus.example.com",
  query: 'sum(increase(requests_total{key_id="$key_id"}[$window]))',
};
const http = { url: "https://usage.example.com/keys/$key_id" };

test("is written as it was given, and what was not given is not written", () => {
  const stack = emptyStack();
  new KeyturnProvider(stack, "keyturn", {
    evidence: { prometheus: { ...prometheus, resolution: Duration.minutes(1), bearerTokenVariable: "TOKEN" }, http },
  });

  expect(synthesise(stack).provider?.["keyturn"]).toEqual([
    {
      evidence: {
        prometheus: { ...prometheus, resolution: "1m", bearer_token_variable: "TOKEN" },
        http: { url: http.url },
      },
    },
  ]);
});

test("may have values that only Terraform knows", () => {
  const stack = emptyStack();
  const url = new TerraformVariable(stack, "url", { type: "string" }).stringValue;
  new KeyturnProvider(stack, "keyturn", { evidence: { http: { url, bearerTokenVariable: "TOKEN" } } });

  expect(synthesise(stack).provider?.["keyturn"]).toEqual([
    { evidence: { http: { url: "${var.url}", bearer_token_variable: "TOKEN" } } },
  ]);
});

test("has the same form in HCL", () => {
  const stack = emptyStack();
  new KeyturnProvider(stack, "keyturn", { evidence: { prometheus } });
  stack.prepareStack();

  expect(stack.toHclTerraform()["hcl"]).toContain(
    [
      "evidence = {",
      "prometheus = {",
      'url = "https://prometheus.example.com"',
      String.raw`query = "sum(increase(requests_total{key_id=\"$key_id\"}[$window]))"`,
    ].join("\n"),
  );
});

test.each<[string, object, string]>([
  [
    "a query without a window",
    { prometheus: { ...prometheus, query: 'm{k="$key_id"}' } },
    "evidence.prometheus.query: the query must have $window",
  ],
  ["no query", { prometheus: { url: prometheus.url } }, "evidence.prometheus.query: write a text"],
  [
    "a password in the address",
    { prometheus: { ...prometheus, url: "https://me:leaked@p.example" } },
    "evidence.prometheus.url: the address must not have a user name or a password in it",
  ],
  [
    "a token over plain http",
    { http: { url: "http://usage.internal/$key_id", bearerTokenVariable: "TOKEN" } },
    "evidence.http.url: the address must begin with https://, because plain http would show the token",
  ],
  [
    "a token in place of a variable's name",
    { http: { ...http, bearerTokenVariable: "leaked.token" } },
    "evidence.http.bearerTokenVariable: the name of the variable must be letters",
  ],
  [
    "a resolution that is too short",
    { prometheus: { ...prometheus, resolution: Duration.seconds(1) } },
    "evidence.prometheus.resolution: the resolution must be 2s or longer",
  ],
  [
    "a resolution that is a text",
    { prometheus: { ...prometheus, resolution: "5m" } },
    "evidence.prometheus.resolution: got '5m'; write Duration.parse(\"5m\")",
  ],
  ["another source", { datadog: {} }, 'evidence: there is no property "datadog"'],
])("is refused with %s", (_name, evidence, expected) => {
  const message = messageOf(() => new KeyturnProvider(emptyStack(), "keyturn", { evidence }));
  expect(message).toContain(expected);
  expect(message).not.toContain("leaked");
});
