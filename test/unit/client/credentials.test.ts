/** Which credentials are refused before anything is sent. */
import { checkCredentials, type Credentials } from "../../../src/client/credentials";
import { Secret } from "../../../src/model/secret";
import { thrownBy } from "../../support/thrown-by";

const login = { kind: "login", email: "ann@acme.example", password: new Secret("a b\nc") } as const;

describe("credentials", () => {
  test.each<[string, Credentials]>([
    ["a key", { kind: "key", secret: new Secret("pb_live_abc-DEF_123") }],
    ["a token", { kind: "token", token: new Secret("eyJh.eyJz.sig~+/=") }],
    ["a login, whose password may hold anything", login],
    ["a login for a project", { ...login, projectId: "p1" }],
  ])("of %s are taken", (_name, credentials) => {
    expect(() => {
      checkCredentials(credentials);
    }).not.toThrow();
  });

  test.each<[string, Credentials, RegExp]>([
    ["an empty key", { kind: "key", secret: new Secret("") }, /API key is empty/],
    ["a key with its line break", { kind: "key", secret: new Secret("pb_live_abc\n") }, /API key contains/],
    ["a key with a second header", { kind: "key", secret: new Secret("pb_live_abc\r\nx: y") }, /API key contains/],
    ["a key with a blank", { kind: "key", secret: new Secret("pb_live_abc def") }, /API key contains/],
    ["a key beyond ASCII", { kind: "key", secret: new Secret("pb_live_äbc") }, /API key contains/],
    ["an empty token", { kind: "token", token: new Secret("") }, /token is empty/],
    ["a token with its line break", { kind: "token", token: new Secret("pb_live_abc\n") }, /token contains/],
    ["a login without email", { ...login, email: "" }, /no email/],
    ["a login without password", { ...login, password: new Secret("") }, /no password/],
    ["a login for an empty project", { ...login, projectId: "" }, /project id is empty/],
  ])("of %s are refused without showing them", (_name, credentials, message) => {
    const check = (): void => {
      checkCredentials(credentials);
    };
    expect(check).toThrow(message);
    expect(thrownBy(check)).toMatchObject({ code: "INVALID_CONFIGURATION" });
    expect(check).not.toThrow(/pb_live/);
  });
});
