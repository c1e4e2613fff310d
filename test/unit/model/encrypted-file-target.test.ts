import {
  encryptedFilePathProblem,
  recipientListProblem,
  recipientProblem,
} from "../../../src/model/encrypted-file-target";

const recipient = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p";

describe("the path of an encrypted file", () => {
  test.each(["/srv/secrets/scheduler.age", "secrets/scheduler", "../a b.age", "C:\\secrets\\a.age"])(
    "may be %s",
    (path) => {
      expect(encryptedFilePathProblem(path)).toBeUndefined();
    },
  );

  test.each([
    ["", "is empty; name the file, absolute or relative to the folder that Terraform runs in"],
    ["  ", "is empty"],
    ["/srv/secrets/", "is a folder"],
    ["~/scheduler.age", "only a shell understands"],
    ["a\0b", "a character that no file name may have"],
    ["a.age.previous", "marks the file of a previous secret"],
  ])("may not be %j", (path, problem) => {
    expect(encryptedFilePathProblem(path)).toContain(problem);
  });
});

describe("a recipient of an encrypted file", () => {
  test("may be an X25519 public key of age", () => {
    expect(recipientProblem(recipient)).toBeUndefined();
  });

  test.each([
    ["in capitals", recipient.toUpperCase()],
    ["too short", recipient.slice(0, -1)],
    ["too long", `${recipient}q`],
    ["with a space", ` ${recipient}`],
    ["with a letter that bech32 does not have", recipient.replace("7", "b")],
    ["of a plug-in", "age1yubikey1qwt50d05nh5vutpdzmlg5wn80xq5negm4uj9ghv0snvdd3yysf5yw3rhl3t"],
    ["an SSH key", "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ"],
  ])("may not be %s", (_name, text) => {
    expect(recipientProblem(text)).toContain(JSON.stringify(text));
  });

  test("is not repeated where it is a private key", () => {
    const identity = "AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX";

    expect(recipientProblem(` ${identity}`)).toContain("is a private key");
    expect(recipientProblem(` ${identity}`)).not.toContain(identity);
  });

  test("is there at least once", () => {
    expect(recipientListProblem([])).toContain("nobody could decrypt");
    expect(recipientListProblem([recipient])).toBeUndefined();
  });
});
