import { isLogged, logLevelFrom } from "../../../src/logging/log-level";

test.each([
  ["nothing is set", {}, "warn"],
  ["both are empty", { TF_LOG: "", TF_LOG_PROVIDER: "" }, "warn"],
  ["TF_LOG alone decides", { TF_LOG: "INFO" }, "info"],
  ["TF_LOG_PROVIDER goes first", { TF_LOG: "TRACE", TF_LOG_PROVIDER: "error" }, "error"],
  ["it is switched off", { TF_LOG_PROVIDER: "OFF" }, "off"],
  ["Terraform's JSON means everything", { TF_LOG: "JSON" }, "trace"],
  ["Terraform does not know the level", { TF_LOG: "loud" }, "trace"],
])("the level when %s", (_name, environment, level) => {
  expect(logLevelFrom(environment)).toBe(level);
});

test.each([
  ["debug", "info", false],
  ["info", "info", true],
  ["error", "info", true],
  ["error", "off", false],
  ["trace", "trace", true],
] as const)("a line of level %s at chosen level %s: %s", (level, chosen, expected) => {
  expect(isLogged(level, chosen)).toBe(expected);
});
