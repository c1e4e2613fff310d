/**
 * The import order of src/: every folder lists what it may import, and nothing else is allowed.
 * The picture and the reasons are in README.md, "How it is built".
 */
const allowed = {
  model: [],
  logging: [],
  api: ["model"],
  client: ["api", "model", "logging"],
  evidence: ["client", "model", "logging"],
  stores: ["model", "logging"],
  server: ["api", "model", "logging"],
  plugin: ["logging"],
  framework: ["plugin", "logging"],
  provider: ["framework", "client", "evidence", "stores", "model", "logging"],
  policy: ["model"],
  constructs: ["policy", "model", "provider/schema"],
  review: ["policy", "model", "provider/schema"],
  scan: ["model", "logging"],
  "code-host": ["model"],
  cli: [
    "api",
    "client",
    "code-host",
    "evidence",
    "framework",
    "logging",
    "model",
    "plugin",
    "policy",
    "provider",
    "review",
    "scan",
    "server",
    "stores",
  ],
  testing: ["server", "model"],
};

const folderRules = Object.entries(allowed).map(([folder, targets]) => ({
  name: `${folder}-imports`,
  comment: `src/${folder} may import ${targets.length > 0 ? targets.join(", ") : "nothing of ours"}`,
  severity: "error",
  from: { path: `^src/${folder}/` },
  to: { path: "^src/", pathNot: [folder, ...targets].map((target) => `^src/${target}/`) },
}));

module.exports = {
  forbidden: [
    ...folderRules,
    {
      name: "schema-is-plain-data",
      comment: "src/provider/schema is read by constructs and review, so it may not pull in the client or the stores",
      severity: "error",
      from: { path: "^src/provider/schema/" },
      to: { path: "^src/", pathNot: ["^src/provider/schema/", "^src/framework/", "^src/model/"] },
    },
    {
      name: "index-imports",
      comment: "src/index.ts is the face of the constructs",
      severity: "error",
      from: { path: "^src/index\\.ts$" },
      to: { path: "^src/", pathNot: ["^src/constructs/", "^src/model/", "^src/policy/"] },
    },
    {
      name: "folder-without-a-rule",
      comment: "every folder of src/ has its place in the import order",
      severity: "error",
      from: {
        path: "^src/",
        pathNot: [...Object.keys(allowed).map((folder) => `^src/${folder}/`), "^src/index\\.ts$"],
      },
      to: {},
    },
    {
      name: "no-cdktf-in-the-provider",
      comment: "Terraform starts the provider several times a run, and loading cdktf takes longer than the rest of it",
      severity: "error",
      from: { path: "^src/", pathNot: ["^src/constructs/", "^src/index\\.ts$"] },
      to: { path: "node_modules/(cdktf|constructs|@cdktf)/" },
    },
    { name: "no-cycles", severity: "error", from: {}, to: { circular: true } },
    { name: "no-unresolved", severity: "error", from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    tsConfig: { fileName: "tsconfig.json" },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["require", "node", "default"] },
    doNotFollow: { path: "node_modules" },
  },
};
