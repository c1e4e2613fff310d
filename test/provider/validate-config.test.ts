import { ApiKeyResource } from "../../src/provider/api-key/api-key-resource";
import { keyturnProvider } from "../../src/provider/keyturn-provider";
import type { apiKeySchema } from "../../src/provider/schema/api-key-schema";
import { UNKNOWN } from "../../src/framework";
import { systemClock } from "../../src/model/clock";
import { goodConfig } from "../support/key-world";
import { ProviderHarness } from "../support/provider-harness";

// No API and no credential: validation needs neither.
const provider = new ProviderHarness(keyturnProvider({ environment: {}, clock: systemClock, version: "0.0.0" }));

async function validate(changes: object): Promise<readonly { readonly path?: string; readonly detail: string }[]> {
  const key = provider.resource<typeof apiKeySchema>(new ApiKeyResource());
  return await key.validate({ ...goodConfig, ...changes });
}

describe("the configuration of a key", () => {
  test.each<[string, object, string, RegExp]>([
    [
      "a service with a space",
      { service: "my service" },
      "service",
      /The service is "my service"; allowed are letters/,
    ],
    ["a service with the separator of phases", { service: "a~b" }, "service", /allowed are letters/],
    ["an empty environment", { environment: "" }, "environment", /The environment is ""/],
    ["a name over the limit", { service: "x".repeat(255) }, "service", /has 260 characters; at most 219 are allowed/],
    ["an empty owner", { owner: " " }, "owner", /The owner is empty; name a team or a person/],
    ["no scopes", { scopes: [] }, "scopes", /the API gives a key without scopes all of them/],
    ["an empty scope", { scopes: ["read", ""] }, "scopes", /One of the scopes is an empty text/],
    [
      "no account",
      { pinterest_account_ids: [] },
      "pinterest_account_ids",
      /Leave it out for a key that may act for all/,
    ],
    ["an account that is no UUID", { pinterest_account_ids: ["7"] }, "pinterest_account_ids", /"7" is not a UUID/],
    ["an unknown unit", { rotation_period: "90y" }, "rotation_period", /"90y" is not a duration: unknown unit "y"/],
    ["a negative period", { rotation_period: "-5d" }, "rotation_period", /"-5d" is not a duration/],
    ["a period of zero", { rotation_period: "0d" }, "rotation_period", /must be longer than zero/],
    [
      "an overlap longer than the period",
      { overlap_window: "91d" },
      "overlap_window",
      /overlap of 91d does not fit into the rotation period of 90d/,
    ],
    [
      "a quiet period longer than the period",
      { quiet_period: "91d" },
      "quiet_period",
      /quiet period of 91d does not fit/,
    ],
    ["an unreadable longest overlap", { max_overlap: "soon" }, "max_overlap", /"soon" is not a duration/],
    [
      "a longest overlap shorter than the overlap",
      { overlap_window: "8d", max_overlap: "7d" },
      "max_overlap",
      /The overlap of 8d does not fit into the longest overlap of 7d/,
    ],
    [
      "a longest overlap shorter than the quiet period",
      { quiet_period: "8d", max_overlap: "7d" },
      "max_overlap",
      /The quiet period of 8d does not fit into the longest overlap of 7d/,
    ],
    ["a report of a leak without a name", { compromised: "" }, "compromised", /The text of compromised is empty/],
    ["an unreadable wait", { overlap_wait: "soon" }, "overlap_wait", /"soon" is not a duration/],
    [
      "an unknown verification",
      { verification: "hope" },
      "verification",
      /The verification is "hope"; allowed are evidence and time-only/,
    ],
    ["no target", { deliver_to: [] }, "deliver_to", /Nothing is said of where the secret goes/],
    ["a target that names no store", { deliver_to: [{}] }, "deliver_to[0]", /names no store/],
    [
      "a target in the state without consent",
      { deliver_to: [{ terraform_state: { i_understand_the_secret_is_in_state: false } }] },
      "deliver_to[0].terraform_state.i_understand_the_secret_is_in_state",
      /whoever can read the state can read the secret/,
    ],
  ])("is refused with %s, at the attribute", async (_name, changes, path, detail) => {
    expect(await validate(changes)).toEqual([
      expect.objectContaining({ severity: "error", path, detail: expect.stringMatching(detail) as string }),
    ]);
  });

  test("is refused when the default overlap does not fit, with a word on the default", async () => {
    expect(await validate({ rotation_period: "12h", overlap_window: null, quiet_period: null })).toEqual([
      expect.objectContaining({
        path: "overlap_window",
        detail: expect.stringMatching(/overlap of 1d .* No overlap_window is given, so the default holds/) as string,
      }),
    ]);
  });

  test("shows all problems at once", async () => {
    const problems = await validate({ service: "", owner: "", scopes: [], rotation_period: "x" });
    expect(problems.map(({ path }) => path)).toEqual(["service", "owner", "scopes", "rotation_period"]);
  });

  test("may be unknown in every part", async () => {
    const unknown = Object.fromEntries(Object.keys(goodConfig).map((name) => [name, UNKNOWN]));
    expect(await validate(unknown)).toEqual([]);
    expect(await validate({ scopes: ["read", UNKNOWN], deliver_to: [{ terraform_state: UNKNOWN }] })).toEqual([]);
  });

  test.each(["P90D", "12w", "90d", "7776000s"])("takes a period of %s", async (period) => {
    expect(await validate({ rotation_period: period })).toEqual([]);
  });
});
