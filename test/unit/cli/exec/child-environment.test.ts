import { childEnvironment, ownCredentials } from "../../../../src/cli/exec/child-environment";
import { Secret } from "../../../../src/model/secret";

const injected = { name: "PB_KEY", secret: new Secret("pb_live_1") };

describe("the environment of a command", () => {
  test("is keyturn's own, with the secret, which comes before a variable of that name", () => {
    const variables = { PATH: "/bin", PB_KEY: "old", AWS_REGION: "eu-west-1", KEYTURN_ENDPOINT: "https://api" };
    expect(childEnvironment(variables, injected)).toEqual({ ...variables, PB_KEY: "pb_live_1" });
  });

  test.each(ownCredentials)("has no %s", (name) => {
    expect(childEnvironment({ [name]: "x" }, injected)).toEqual({ PB_KEY: "pb_live_1" });
  });
});
