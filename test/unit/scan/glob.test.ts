import { globMatcher } from "../../../src/scan/glob";

describe("a pattern for paths", () => {
  test.each<[string, string, boolean]>([
    ["node_modules", "node_modules", true],
    ["node_modules", "packages/a/node_modules", true],
    ["node_modules", "my_node_modules", false],
    ["node_modules/", "packages/a/node_modules", true],
    ["*.map", "assets/app.js.map", true],
    ["*.map", "app.map.js", false],
    ["/docs", "docs", true],
    ["/docs", "packages/docs", false],
    ["./docs", "docs", true],
    ["test/*.json", "test/a.json", true],
    ["test/*.json", "test/deep/a.json", false],
    ["test/**/*.json", "test/a.json", true],
    ["test/**/*.json", "test/very/deep/a.json", true],
    ["**/fixtures", "fixtures", true],
    ["**/fixtures", "a/b/fixtures", true],
    ["fixtures/**", "fixtures/a/b", true],
    ["a?.js", "ab.js", true],
    ["a?.js", "a/.js", false],
    ["a.js", "abjs", false],
    ["(a|b)[c]{2}+$", "(a|b)[c]{2}+$", true],
  ])("%s and the path %s: %s", (pattern, path, fits) => {
    expect(globMatcher(pattern)(path)).toBe(fits);
  });
});
