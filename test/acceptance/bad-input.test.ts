/**
 * What Terraform shows to a person who made a mistake: one error, which names the place, what was found there and what is allowed, and no damage.
 */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { HclProject, hclKey } from "../support/hcl-project";
import { KeyApiProcess } from "../support/key-api-process";
import { tracesOfSecret } from "../support/secret-traces";
import { asOneLine } from "../support/terraform";

jest.setTimeout(60_000);

const wrongSecret = "pb_live_this-secret-is-known-to-nobody";

describe("terraform apply ends with one clear error", () => {
  let api: KeyApiProcess;
  let project: HclProject;
  let keysBefore: unknown;
  let elsewhere: Server;

  beforeAll(async () => {
    api = await KeyApiProcess.start();
    await api.createForeignKey("dashboard");
    keysBefore = await api.keys();
    project = await HclProject.create(hclKey(), api.environment, { deliversToState: true });
    await project.terraform().init();
    elsewhere = createServer((request, response) => {
      const isBehindProxy = request.url?.startsWith("/behind-a-proxy") === true;
      response.writeHead(isBehindProxy ? 502 : 200, { "content-type": "text/html" });
      response.end(`<html><h1>${isBehindProxy ? "502 Bad Gateway" : "Welcome"}</h1></html>`);
    });
    await new Promise<void>((resolve) => elsewhere.listen(0, "127.0.0.1", resolve));
  });
  afterAll(async () => {
    await new Promise((resolve) => elsewhere.close(resolve));
    project.remove();
    await api.end();
  });

  async function expectOneError(options: {
    readonly configuration: string;
    readonly environment?: Readonly<Record<string, string>>;
    readonly words: readonly (string | RegExp)[];
  }): Promise<void> {
    project.write(options.configuration);
    const terraform = project.terraform(options.environment);
    const result = await terraform.run("apply", "-auto-approve");

    expect(result.code).toBe(1);
    expect(result.output.match(/Error:/g)).toHaveLength(1);
    const line = asOneLine(result.output);
    for (const word of options.words) expect(line).toMatch(word);
    expect(result.output).not.toMatch(/^\s+at \S+ \(/m);
    for (const secret of [wrongSecret, api.managementSecret]) expect(tracesOfSecret(result.output, secret)).toEqual([]);
    expect(terraform.keys()).toEqual([]);
    expect(await api.keys()).toEqual(keysBefore);
  }

  type Settings = Readonly<Record<string, string | null>>;

  test.each<[string, Settings, readonly (string | RegExp)[]]>([
    [
      "a name over 255 characters",
      { service: `"${"s".repeat(255)}"` },
      ["service = ", "has 260 characters; at most 219 are allowed", "the API takes 255"],
    ],
    [
      "a service with a space",
      { service: `"my service"` },
      [`The service is "my service"; allowed are letters, digits, '.', '_' and '-'`],
    ],
    [
      "an overlap that is longer than the period",
      { overlap_window: `"91d"` },
      ["overlap_window = ", "The overlap of 91d does not fit into the rotation period of 90d; it must be shorter."],
    ],
    [
      "an overlap as long as the period, by default",
      { rotation_period: `"24h"` },
      [
        "The overlap of 1d does not fit into the rotation period of 1d; it must be shorter.",
        "No overlap_window is given, so the default holds.",
      ],
    ],
    [
      "a quiet period that is longer than the longest overlap",
      { quiet_period: `"8d"`, max_overlap: `"7d"` },
      ["max_overlap = ", "The quiet period of 8d does not fit into the longest overlap of 7d; it must not be longer."],
    ],
    [
      "an overlap that is longer than the longest overlap",
      { overlap_window: `"48h"`, max_overlap: `"36h"` },
      [
        "max_overlap = ",
        /The overlap of (2d|48h) does not fit into the longest overlap of 36h; it must not be longer\./,
      ],
    ],
    [
      "a quiet period as long as the period",
      { quiet_period: `"90d"` },
      ["quiet_period = ", "The quiet period of 90d does not fit into the rotation period of 90d; it must be shorter."],
    ],
    ["an empty report of a leak", { compromised: `" "` }, ["compromised = ", "The text of compromised is empty."]],
    ["a period of zero", { rotation_period: `"0d"` }, ["rotation period is 0s; it must be longer than zero"]],
    [
      "a negative period",
      { rotation_period: `"-5d"` },
      ["rotation_period = ", `"-5d" is not a duration: write 90d, 24h, 15m or 30s`],
    ],
    [
      "an unknown unit of time",
      { rotation_period: `"90y"` },
      ["rotation_period = ", `unknown unit "y"; the units are w, d, h, m and s.`],
    ],
    ["no scopes", { scopes: "[]" }, ["scopes = []", "The scopes are empty", "Name each scope that the service needs."]],
    [
      "a refused consent to a secret in the state",
      { deliver_to: "[{ terraform_state = { i_understand_the_secret_is_in_state = false } }]" },
      ["element 0 of deliver_to, i_understand_the_secret_is_in_state is false", "only if it is true"],
    ],
    [
      "a missing consent to a secret in the state",
      { deliver_to: "[{ terraform_state = {} }]" },
      [`attribute "i_understand_the_secret_is_in_state" is required`],
    ],
    [
      "no word on where the secret goes",
      { deliver_to: null },
      [`The argument "deliver_to" is required, but no definition was found.`],
    ],
  ])("for %s", async (_name, settings, words) => {
    project.write(hclKey(settings));
    expect((await project.terraform().run("validate")).code).toBe(1);
    await expectOneError({
      configuration: hclKey(settings),
      words: [`resource "keyturn_api_key" "scheduler"`, ...words],
    });
  });

  test.each<[string, string, readonly (string | RegExp)[]]>([
    [
      "a key of another environment than its provider's",
      `environment = "staging"`,
      [`declared for the environment "prod", but its provider is for "staging"`, "Choose the provider instance"],
    ],
    [
      "two credentials in the provider's configuration",
      `api_key = "${wrongSecret}"\ntoken = "${wrongSecret}"`,
      [`in provider "keyturn"`, "configuration gives several credentials for the API, a key and token; leave one."],
    ],
  ])("for %s", async (_name, provider, words) => {
    await expectOneError({ configuration: hclKey({}, provider), words });
  });

  const listing = "Cannot list the keys: GET /v1/api-keys on 127.0.0.1:";
  const port = (): number => (elsewhere.address() as AddressInfo).port;

  test.each<[string, () => Readonly<Record<string, string>>, readonly (string | RegExp)[]]>([
    [
      "a wrong credential",
      () => ({ KEYTURN_ENDPOINT: api.url, KEYTURN_API_KEY: wrongSecret }),
      [listing, "answered 401", "check that the credential is complete", /\[request id req_[-0-9a-f]{36}\]/],
    ],
    [
      "a missing credential",
      () => ({ KEYTURN_ENDPOINT: api.url }),
      ["no credential", "KEYTURN_API_KEY or KEYTURN_TOKEN, or both KEYTURN_EMAIL and KEYTURN_PASSWORD"],
    ],
    [
      "several credentials in the environment",
      () => ({ ...api.environment, KEYTURN_TOKEN: wrongSecret }),
      ["The environment gives several credentials for the API, a key and token; leave one."],
    ],
    [
      "an endpoint where nothing listens",
      // Nothing can listen on the port of the discard service without being root.
      () => ({ ...api.environment, KEYTURN_ENDPOINT: "http://127.0.0.1:9" }),
      [`${listing}9`, "no connection (ECONNREFUSED)", "check the endpoint and the network."],
    ],
    [
      "an endpoint that answers with a web page",
      () => ({ ...api.environment, KEYTURN_ENDPOINT: `http://127.0.0.1:${port()}` }),
      [listing, "answered 200 with text/html, but JSON was expected; check that the endpoint is the API's own address"],
    ],
    [
      "an endpoint behind a proxy that cannot reach it",
      () => ({ ...api.environment, KEYTURN_ENDPOINT: `http://127.0.0.1:${port()}/behind-a-proxy` }),
      [listing, "answered 502 with text/html after 2 tries; try again later."],
    ],
  ])("for %s", async (_name, environment, words) => {
    await expectOneError({
      configuration: hclKey({}, "max_retries = 1"),
      environment: environment(),
      words: [`provider "keyturn"`, ...words],
    });
  });
});
