import path from "node:path";
import eslint from "@eslint/js";
import tseslint from "typescript-eslint";

const root = path.resolve(import.meta.dirname, "..");

/** Rule 4 of the house: one source of time, passed in. */
const clockRules = [
  { selector: "MemberExpression[object.name='Date'][property.name='now']", message: "take a Clock instead" },
  { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: "take a Clock instead" },
];

/** Named exports only: one name for one thing, everywhere. */
const exportRules = [{ selector: "ExportDefaultDeclaration", message: "use a named export" }];

export default tseslint.config(
  { ignores: ["dist/**", "coverage/**", "**/cdktf.out/**", "src/plugin/gen/**", "config/**"] },
  eslint.configs.recommended,
  tseslint.configs.strictTypeChecked,
  {
    languageOptions: { parserOptions: { project: path.join(root, "tsconfig.json"), tsconfigRootDir: root } },
    rules: {
      // An interface may be asynchronous where one implementation is not.
      "@typescript-eslint/require-await": "off",
      // Numbers, durations and instants in messages are what messages are for.
      "@typescript-eslint/restrict-template-expressions": [
        "error",
        { allowNumber: true, allow: [{ from: "file", name: ["Duration", "Instant", "Secret"] }] },
      ],
      "@typescript-eslint/switch-exhaustiveness-check": ["error", { considerDefaultExhaustiveForUnions: true }],
      "@typescript-eslint/consistent-type-imports": "error",
      // To leave members out of an object is to name them beside the rest.
      "@typescript-eslint/no-unused-vars": ["error", { ignoreRestSiblings: true }],
      "no-restricted-syntax": ["error", ...clockRules, ...exportRules],
      eqeqeq: ["error", "always"],
    },
  },
  { files: ["src/model/clock.ts"], rules: { "no-restricted-syntax": ["error", ...exportRules] } },
  // Outside the package there is a real clock on the wall, and output goes to the terminal.
  {
    files: ["test/**", "bench/**", "scripts/**", "examples/**"],
    rules: { "no-restricted-syntax": ["error", ...exportRules] },
  },
  { files: ["src/**"], rules: { "no-console": "error" } },
);
