import { parseRotationAction } from "../../../../src/cli/exec/rotation-action";

describe("what is done at a rotation", () => {
  test.each([
    ["ignore", { kind: "ignore" }],
    ["restart", { kind: "restart" }],
    ["signal:SIGHUP", { kind: "signal", name: "SIGHUP" }],
    ["signal:SIGUSR2", { kind: "signal", name: "SIGUSR2" }],
  ])("can be %s", (text, action) => {
    expect(parseRotationAction(text)).toEqual(action);
  });

  test.each([
    "",
    "Restart",
    "signal",
    "signal:",
    "signal:HUP",
    "signal:SIGNONE",
    "signal:SIGKILL",
    "signal:SIGSTOP",
    "signal:1",
  ])("cannot be %j, and the message says what can", (text) => {
    expect(() => parseRotationAction(text)).toThrow(
      `${JSON.stringify(text)} is nothing to do when a key has been rotated; write ignore, restart, or signal:`,
    );
  });
});
