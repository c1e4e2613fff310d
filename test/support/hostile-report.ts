/**
 * Texts that try to be more than texts, and a report in which one stands everywhere where a text of a plan can stand.
 */
import { readPlan } from "../../src/review/plan/read-plan";
import { readStackConfiguration } from "../../src/review/plan/stack-configuration";
import { policyOf } from "../../src/policy/policy";
import type { Report } from "../../src/review/report/report-schema";
import { reviewPlans } from "../../src/review/review-plans";
import { changeJson, planJson } from "./plan-json";

/** What each tries, and the text. */
export const hostileTexts: readonly (readonly [string, string])[] = [
  ["an element", "<script>alert(1)</script><img src=x onerror=alert(1)>"],
  ["the end of the marker and of a fold", "--> </details></summary> <!--"],
  ["cells of a table", "a | b |\n| --- |\n| c"],
  ["back-ticks", "` `` ``` ```` ~~~"],
  ["back-ticks at both ends", "`x`"],
  ["a fence", "\n```\n# heading\n"],
  [
    "links, images and mentions",
    "[a](javascript:alert(1)) ![b](https://evil.example/x.png) @everyone #1 https://evil.example",
  ],
  ["emphasis", "**bold** _it_ ~~gone~~ \\"],
  ["marks that turn the direction of writing round", "abc\u202Egpj.exe\u202C\u2066x\u2069\u200F"],
  ["what cannot be seen", "a\u200Bb\u00ADc\uFEFFd\u2800\u3164"],
  ["escapes of a terminal", "\u001b[2J\u001b]0;title\u0007\u009b31m\r\b"],
  ["separators of lines", "a\u2028b\u2029c\u0085d\u000be"],
  ["Mermaid", 'x : crit, 2026-01-01, 9d\n section y; %% # ${z}\nclick g0x0 href "javascript:alert(1)"'],
  ["255 characters", "n".repeat(255)],
  ["half a character", "a\ud83d"],
  ["entities", "&lt;b&gt; &#60;"],
  ["the words for what is hidden", "(not shown)"],
  [
    "a command to the runner of a pipeline",
    "::error title=x::y ##[add-mask]x ##vso[task.setvariable variable=x]y %0A::stop-commands::x",
  ],
  ["links and arguments of SARIF", "[a](1) {0} {x} \\[b](2)"],
  ["the end of a section of XML", "]]> <!-- <?x ?> <![CDATA[ \ufffe\uffff"],
  ["attributes", `" ' onmouseover=alert(1) x="`],
];

/** A report with the text as every name, path, owner, id and reason. */
export function reportOn(text: string): Report {
  const path = JSON.stringify({
    resource: { keyturn_api_key: { scheduler: { "//": { metadata: { path: text } } } } },
    "//": { metadata: { stackName: text } },
  });
  const retiring = [{ id: text, name: text, created_at: "2026-04-01T00:00:00Z" }];
  const values = {
    owner: text,
    scopes: [text],
    service: text,
    environment: text,
    name: text,
    id: text,
    compromised: text,
    retiring,
    rotation_triggers: { [text]: "1" },
    deliver_to: [{ encrypted_file: { path: text, recipients: [] } }],
  };
  const entry = { address: `keyturn_api_key.scheduler[${JSON.stringify(text)}]`, previous_address: text };
  const changes = [
    changeJson({ actions: ["update"], before: { ...values, owner: "x" }, after: { ...values, retiring: [] }, entry }),
    changeJson({
      actions: ["create", "delete"],
      before: { service: text },
      after: values,
      replacePaths: [["rotation_triggers"]],
    }),
    changeJson({
      actions: ["update"],
      before: values,
      after: { ...values, id: undefined, compromised: `${text}!` },
      afterUnknown: { id: true },
    }),
  ];
  const plan = readPlan(
    planJson(changes, { resource_drift: [changeJson({ actions: ["update"], after: values, entry })] }),
    "p",
  );
  const exception = { rule: "scopes-widened", key: "*", owner: text, reason: text, until: "2027-01-01" } as const;
  const policy = policyOf({ exceptions: [exception], owners: ["nobody"] });
  return reviewPlans(
    [{ name: text, plan, configuration: readStackConfiguration(path), file: `${text}/cdk.tf.json` }],
    policy,
  );
}
