/**
 * The catalogue of the golden reports: what has to happen so that the real Terraform makes a plan of each meaning and for each finding.
 */
import { Duration } from "../../src/model/duration";
import type { PolicyFile } from "../../src/policy/policy-schema";
import { until } from "../../test/support/until";
import { hclKey } from "../../test/support/hcl-project";
import type { GoldenStack, GoldenWorld, MadePlan } from "./golden-world";

/** How a fixture comes about. */
export interface Scenario {
  /** What it shows. */
  readonly shows: string;
  /** The policy that it is reviewed by. @default - none */
  readonly policy?: PolicyFile;
  /** Makes its plan, or its plans by the name of the stack. */
  readonly make: (world: GoldenWorld) => Promise<MadePlan | Readonly<Record<string, MadePlan>>>;
}

/** The declaration of a key with good settings; `settings` and `rotation` are JavaScript that comes after them, and wins. */
function key(settings = "", rotation = "", service = "scheduler"): string {
  return `new ApiKey(stack, "${service}", {
    service: "${service}", environment: "prod", owner: "team-publishing@acme.example", scopes: ["read", "write"],
    rotation: { period: Duration.days(90), overlap: Duration.hours(24), quietPeriod: Duration.hours(1), ${rotation} },
    deliverTo: [SecretStore.encryptedFile({ path: "${service}.age", recipients })],
    ${settings}
  })`;
}

const inState = `deliverTo: [SecretStore.terraformState({ iUnderstandTheSecretIsInState: true })]`;

/** A stack whose key is made, and in use since two hours. */
async function usedKey(world: GoldenWorld, declaration = key()): Promise<GoldenStack> {
  const stack = await world.cdktfStack(declaration);
  await stack.apply();
  // The sooner a refresh sees that the API has noted the try of the new secret, the less late it is taken to be.
  await stack.apply();
  world.advance(Duration.hours(2));
  await stack.use();
  return stack;
}

/** The same, rotated once, so that the overlap is under way. */
async function rotatedKey(world: GoldenWorld, declaration = key()): Promise<GoldenStack> {
  const stack = await usedKey(world, declaration);
  world.advance(Duration.days(90));
  await stack.apply();
  return stack;
}

/** Changes what is declared, and plans. */
async function changed(world: GoldenWorld, to: string, from = key()): Promise<MadePlan> {
  const stack = await usedKey(world, from);
  await stack.declare(to);
  return await stack.plan();
}

export const scenarios: Readonly<Record<string, Scenario>> = {
  create: {
    shows: "a key that is made",
    make: async (world) => (await world.cdktfStack(key())).plan(),
  },
  nothing: {
    shows: "a plan with nothing to do",
    make: async (world) => (await usedKey(world)).plan(),
  },
  "rotate-due": {
    shows: "a rotation because the period is over",
    make: async (world) => {
      const stack = await usedKey(world);
      world.advance(Duration.days(90));
      return await stack.plan();
    },
  },
  "rotate-trigger": {
    shows: "a rotation that a trigger asks for; the value of the trigger is not shown",
    make: (world) => changed(world, key("", `triggers: { audit: "value-of-the-trigger" }`)),
  },
  "rotate-staffing": {
    shows: "a rotation because somebody has left",
    make: (world) =>
      changed(
        world,
        `${key()};\nOwnerEvents.of(app).add({ owner: "team-publishing@acme.example", event: "2026-03-14 Kim left" });`,
      ),
  },
  "rotate-compromised": {
    shows: "the answer to a leak: all generations are revoked first",
    make: async (world) => {
      const stack = await rotatedKey(world);
      await stack.declare(key(`compromised: "INC-42"`));
      return await stack.plan();
    },
  },
  "rotate-new-target": {
    shows: "a rotation because the secret is to go to a further place",
    make: (world) =>
      changed(
        world,
        key(
          `deliverTo: ["scheduler.age", "second.age"].map((path) => SecretStore.encryptedFile({ path, recipients })),`,
        ),
      ),
  },
  "rotate-owed": {
    shows: "a rotation that was asked for when the key had been renamed by hand, and comes one plan later",
    make: async (world) => {
      const stack = await usedKey(world);
      await world.rename("scheduler-prod", "mine");
      await stack.declare(key("", `triggers: { audit: "1" }`));
      await stack.apply();
      return await stack.plan();
    },
  },
  "rotate-requested": {
    shows: "a rotation that is asked for on the command line",
    make: async (world) => (await usedKey(world)).plan("-replace=keyturn_api_key.scheduler"),
  },
  retire: {
    shows: "a replaced key that an interrupted run has left in the state",
    make: async (world) => {
      const quick = key(
        `forceRevoke: true`,
        `overlap: Duration.seconds(0), quietPeriod: Duration.seconds(0), verification: "time-only"`,
      );
      const stack = await usedKey(world, quick);
      world.advance(Duration.days(90));
      world.api.setFaults([{ kind: "error", status: 403, method: "DELETE", count: "always" }]);
      const apply = stack.terraform.start("apply", "-input=false", "-auto-approve");
      await until(() => /deposed object \w+\): Destroying/.test(apply.output()));
      // The tag in a name is rounded up to the second.
      world.advance(Duration.seconds(2));
      await apply.result;
      world.api.setFaults([]);
      return await stack.plan();
    },
  },
  revoke: {
    shows: "a replaced key that goes, since its overlap is over, its successor in use, and it has gone quiet",
    make: async (world) => {
      const stack = await rotatedKey(world);
      world.advance(Duration.hours(25));
      await stack.use();
      return await stack.plan();
    },
  },
  "overlap-under-way": {
    shows: "two generations in their overlap, and nothing to do",
    make: async (world) => (await rotatedKey(world)).plan(),
  },
  "overlap-too-long": {
    shows: "a replaced key that has outlived max_overlap, because its successor is not in use",
    make: async (world) => {
      const stack = await rotatedKey(world);
      world.advance(Duration.days(8));
      return await stack.plan();
    },
  },
  "take-over": {
    shows: "a key that another state has replaced",
    make: async (world) => {
      const stack = await usedKey(world);
      const other = await world.cdktfStack(key(), "other");
      await other.apply();
      return await stack.plan();
    },
  },
  rename: {
    shows: "another service, which is another key",
    make: async (world) => {
      const stack = await usedKey(world);
      world.advance(Duration.hours(26));
      await stack.declare(key(`service: "planner"`));
      return await stack.plan();
    },
  },
  "scopes-wider": {
    shows: "a key that gets all scopes",
    make: (world) => changed(world, key(`scopes: ["read", "write", "destructive"]`)),
  },
  "scopes-narrower": {
    shows: "a key that loses a scope",
    make: (world) => changed(world, key(`scopes: ["read"]`)),
  },
  "accounts-wider": {
    shows: "a key that may act for all accounts",
    make: (world) => changed(world, key(), key(`pinterestAccountIds: ["22222222-2222-4222-8222-222222222221"]`)),
  },
  "owner-changed": {
    shows: "a key that is handed over to an owner whom the policy does not allow",
    policy: { owners: ["team-*@acme.example"] },
    make: (world) => changed(world, key(`owner: "kim@acme.example"`)),
  },
  "delivery-removed": {
    shows: "a secret that is not delivered to one of its places any more",
    make: (world) =>
      changed(
        world,
        key(),
        key(
          `deliverTo: ["scheduler.age", "second.age"].map((path) => SecretStore.encryptedFile({ path, recipients })),`,
        ),
      ),
  },
  settings: {
    shows: "other settings, which take guards off",
    make: (world) => changed(world, key(`forceRevoke: true`), key(`deletionProtection: true`)),
  },
  destroy: {
    shows: "the end of a quiet key",
    make: async (world) => {
      const stack = await usedKey(world);
      world.advance(Duration.hours(26));
      // Terraform does not refresh what is not declared any more.
      await stack.apply();
      await stack.declare("");
      return await stack.plan();
    },
  },
  "destroy-forced": {
    shows: "the end of a key that is in use, which the policy denies",
    make: async (world) => {
      const stack = await usedKey(world, key(`forceRevoke: true`));
      await stack.declare("");
      return await stack.plan();
    },
  },
  "destroy-excepted": {
    shows: "the same with an exception of the policy, and one that has ended",
    policy: {
      exceptions: [
        {
          rule: "destroy-in-use",
          key: "scheduler-*",
          owner: "kim@acme.example",
          reason: "The service is switched off today.",
          until: "2026-03-01",
        },
        {
          rule: "destroy-in-use",
          key: "planner-prod",
          owner: "kim@acme.example",
          reason: "It was to go in February.",
          until: "2026-02-28",
        },
      ],
    },
    make: async (world) => {
      const two = `${key("forceRevoke: true")};\n${key("forceRevoke: true", "", "planner")}`;
      const stack = await usedKey(world, two);
      await stack.declare("");
      return await stack.plan();
    },
  },
  import: {
    shows: "a key that exists and is adopted",
    make: async (world) => {
      await world.createKey("scheduler-prod");
      return await (await world.cdktfStack(`${key()}.importFrom("scheduler-prod")`)).plan();
    },
  },
  "drift-revoked": {
    shows: "a key that somebody has revoked, and that is made again",
    make: async (world) => {
      const stack = await usedKey(world);
      await world.revoke("scheduler-prod");
      return await stack.plan();
    },
  },
  "drift-renamed": {
    shows: "a key that somebody has renamed, and that gets its name back",
    make: async (world) => {
      const stack = await usedKey(world);
      await world.rename("scheduler-prod", "mine");
      return await stack.plan();
    },
  },
  "drift-rights": {
    shows: "a key whose scopes somebody has changed, and that gets its own back",
    make: async (world) => {
      const stack = await usedKey(world);
      await world.setScopes("scheduler-prod", ["read", "write", "destructive"]);
      return await stack.plan();
    },
  },
  "drift-foreign": {
    shows: "a key that somebody has given a name like that of a generation",
    make: async (world) => {
      const stack = await usedKey(world);
      await world.createKey("scheduler-prod~retiring~mine");
      return await stack.plan();
    },
  },
  "drift-namesake": {
    shows: "a key that somebody has given the very name of ours",
    make: async (world) => {
      const stack = await usedKey(world);
      await world.createKey("scheduler-prod");
      return await stack.plan();
    },
  },
  move: {
    shows: "a key that is moved in the configuration, and stays",
    make: async (world) => {
      const stack = await world.hclStack(hclKey());
      await stack.apply();
      await stack.declare(
        hclKey().replace(`"keyturn_api_key" "scheduler"`, `"keyturn_api_key" "planner"`) +
          `moved {\n  from = keyturn_api_key.scheduler\n  to   = keyturn_api_key.planner\n}\n`,
      );
      return await stack.plan();
    },
  },
  "moved-unsaid": {
    shows: "a key at another address, which nobody has said to be the same",
    make: async (world) => {
      const stack = await world.hclStack(hclKey());
      await stack.apply();
      world.advance(Duration.hours(2));
      await stack.declare(hclKey().replace(`"keyturn_api_key" "scheduler"`, `"keyturn_api_key" "planner"`));
      return await stack.plan();
    },
  },
  "without-create-first": {
    shows: "a rotation that would end the old key first",
    make: async (world) => {
      const withoutOrder = hclKey().replace("lifecycle { create_before_destroy = true }", "");
      const stack = await world.hclStack(withoutOrder);
      await stack.apply();
      world.advance(Duration.hours(90 * 24 + 1));
      return await stack.plan();
    },
  },
  forget: {
    shows: "a key that is taken out of the state and works on",
    make: async (world) => {
      const stack = await world.hclStack(hclKey());
      await stack.apply();
      await stack.declare(
        hclKey().replace(/resource "keyturn_api_key"[^]*$/, "") +
          `removed {\n  from = keyturn_api_key.scheduler\n  lifecycle { destroy = false }\n}\n`,
      );
      return await stack.plan();
    },
  },
  overdue: {
    shows: "a key that is overdue, in a plan that does not look at it",
    make: async (world) => {
      const stack = await usedKey(world);
      world.advance(Duration.days(100));
      return await stack.plan("-refresh=false");
    },
  },
  "against-policy": {
    shows: "everything about a key that a policy may find fault with",
    policy: {
      thresholds: { minOverlap: "1h", maxPeriod: "365d" },
      environments: { prod: { thresholds: { minOverlap: "12h", maxPeriod: "90d" }, owners: ["team-*@acme.example"] } },
      rules: { "secret-in-state": "deny", "all-scopes": "note" },
    },
    make: async (world) => {
      const settings = `owner: "somebody", scopes: ["destructive", "read", "write"], ${inState}`;
      const declaration = `const key = ${key(settings, `period: Duration.days(180), overlap: Duration.minutes(30), quietPeriod: Duration.minutes(5), verification: "time-only"`)};
        for (const name of ["first", "second"]) new TerraformOutput(stack, name, { value: key.secret, sensitive: true });`;
      return await (await world.cdktfStack(declaration)).plan();
    },
  },
  masked: {
    shows: "values that are sensitive, or known only after apply, and so are neither shown nor judged",
    policy: { owners: ["team-*@acme.example"], thresholds: { maxPeriod: "30d" } },
    make: async (world) => {
      const stack = await world.hclStack(
        `${hclKey({ owner: "var.owner", rotation_period: "terraform_data.period.output", rotation_triggers: "{ audit = var.owner }" })}
variable "owner" {
  sensitive = true
  default   = "nobody-may-read-this-owner"
}
resource "terraform_data" "period" {
  input = "90d"
}
`,
      );
      return await stack.plan();
    },
  },
  errored: {
    shows: "a plan that has failed, since one of its keys may not be destroyed",
    make: async (world) => {
      const stack = await usedKey(world, `${key()};\n${key("", "", "planner")}`);
      await stack.declare(key("", "", "planner").replace('["read", "write"]', '["read"]'));
      return await stack.plan();
    },
  },
  "several-stacks": {
    shows: "two stacks in one report, which declare one key twice",
    make: async (world) => {
      const publishing = await world.cdktfStack(`${key()};\n${key("", "", "planner")}`);
      const analytics = await world.cdktfStack(`${key()};\n${key("", "", "reader")}`, "analytics");
      return { publishing: await publishing.plan(), analytics: await analytics.plan() };
    },
  },
  hostile: {
    shows: "names that try to break out of every format",
    make: async (world) => {
      const owner =
        "<script>alert(1)</script> | `x` ![y](https://evil.example) @everyone \u202Egpj\u202C --> ]]> \u001b[31m $${x}";
      const stack = await world.hclStack(
        hclKey({ owner: JSON.stringify(owner) }).replace(
          /resource "keyturn_api_key" "scheduler" \{/,
          `resource "keyturn_api_key" "scheduler" {\n  for_each = toset(["<img src=x onerror=alert(1)> | \`\`\` ${"n".repeat(200)}"])`,
        ),
      );
      return await stack.plan();
    },
  },
};
