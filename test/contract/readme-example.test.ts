import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import { runInThisContext } from "node:vm";
import { transformSync } from "@swc/core";
import { App } from "cdktf";
import * as keyturn from "../../src";

const root = path.resolve(__dirname, "../..");

type Program = (require: (name: string) => unknown, exports: object) => void;

/** The first TypeScript sample of the README, as a program. */
function readmeProgram(): string {
  const readme = readFileSync(path.join(root, "README.md"), "utf8");
  const [, sample = ""] = /```ts\n([^`]*)```/.exec(readme) ?? [];
  return transformSync(sample, {
    jsc: { parser: { syntax: "typescript" }, target: "es2022" },
    module: { type: "commonjs" },
  }).code;
}

describe("the sample in the README", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "keyturn-readme-"));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  test("is a whole program, which declares the key that the text says", () => {
    const load = createRequire(__filename);
    const modules: Record<string, unknown> = {
      keyturn,
      cdktf: {
        ...(load("cdktf") as object),
        App: class extends App {
          constructor() {
            super({ outdir: folder });
          }
        },
      },
    };
    const run = runInThisContext(`(function (require, exports) {${readmeProgram()}
})`) as Program;
    run((name) => modules[name], {});

    const stack = JSON.parse(readFileSync(path.join(folder, "stacks", "publishing", "cdk.tf.json"), "utf8")) as object;
    expect(stack).toMatchObject({
      resource: {
        keyturn_api_key: {
          scheduler: {
            service: "scheduler",
            environment: "prod",
            owner: "team-publishing@acme.example",
            scopes: ["read", "write"],
            rotation_period: "90d",
            overlap_window: "1d",
            deliver_to: [
              {
                encrypted_file: {
                  path: "/srv/secrets/scheduler.age",
                  recipients: [expect.stringMatching(/^age1/)],
                },
              },
            ],
            lifecycle: { create_before_destroy: true },
          },
        },
      },
    });
  });
});
