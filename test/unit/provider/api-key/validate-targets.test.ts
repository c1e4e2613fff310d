import { Diagnostics, UNKNOWN } from "../../../../src/framework";
import { formatPath } from "../../../../src/plugin/value/path";
import { validateTargets } from "../../../../src/provider/api-key/validate-targets";
import type { ApiKeyConfig } from "../../../../src/provider/schema/api-key-schema";

const recipient = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p";
const file = { path: "/srv/secrets/scheduler.age", recipients: [recipient] };
const aws = {
  secret_id: "publishing/scheduler",
  region: null,
  json_key: null,
  create_if_missing: null,
  kms_key_id: null,
};
const state = { i_understand_the_secret_is_in_state: true };

type Targets = Exclude<ApiKeyConfig["deliver_to"], typeof UNKNOWN | null>;
type Target = Partial<Exclude<Targets[number], typeof UNKNOWN>> | typeof UNKNOWN;

const noStore = {
  terraform_state: null,
  encrypted_file: null,
  aws_secrets_manager: null,
  vault_kv: null,
  kubernetes_secret: null,
  github_actions_secret: null,
};

/** What is said to these targets. Stores that are left out are null, as Terraform sends them. */
function validate(...targets: readonly Target[]): readonly { readonly path: string; readonly detail: string }[] {
  const diagnostics = new Diagnostics();
  const filled = targets.map((target) => (target === UNKNOWN ? UNKNOWN : { ...noStore, ...target }));
  validateTargets(filled, diagnostics);
  return diagnostics.all.map(({ path = [], detail }) => ({ path: formatPath(path), detail }));
}

describe("the delivery targets of a key", () => {
  test.each<[string, readonly Target[], string, RegExp]>([
    [
      "an element that names no store",
      [{}],
      "deliver_to[0]",
      /known ones are terraform_state, encrypted_file, aws_secrets_manager, vault_kv, kubernetes_secret, github_actions_secret\./,
    ],
    [
      "an element that names two stores",
      [{ terraform_state: state, encrypted_file: file }],
      "deliver_to[0]",
      /names terraform_state and encrypted_file; write an element for each of them/,
    ],
    [
      "a file without a name",
      [{ terraform_state: state }, { encrypted_file: { ...file, path: "" } }],
      "deliver_to[1].encrypted_file.path",
      /In element 1 of deliver_to, the path of an encrypted file is empty/,
    ],
    [
      "a file that nobody can decrypt",
      [{ encrypted_file: { ...file, recipients: [] } }],
      "deliver_to[0].encrypted_file.recipients",
      /name at least one, as age-keygen prints it/,
    ],
    [
      "a recipient of another form",
      [{ encrypted_file: { ...file, recipients: [recipient, "age1short"] } }],
      "deliver_to[0].encrypted_file.recipients",
      /the recipient "age1short" is not a public key of age/,
    ],
    [
      "one file twice",
      [{ encrypted_file: file }, { encrypted_file: { ...file, path: "/srv/./secrets/scheduler.age" } }],
      "deliver_to[1].encrypted_file",
      /Elements 0 and 1 of deliver_to are one place, the encrypted file \/srv\/\.\/secrets\/scheduler\.age; write one element for it/,
    ],
    [
      "an AWS secret that cannot be",
      [{ aws_secrets_manager: { ...aws, secret_id: "publishing scheduler" } }],
      "deliver_to[0].aws_secrets_manager.secret_id",
      /"publishing scheduler" is not the name of a secret/,
    ],
    [
      "a KMS key for a secret that is not created",
      [{ aws_secrets_manager: { ...aws, kms_key_id: "alias/keys" } }],
      "deliver_to[0].aws_secrets_manager.kms_key_id",
      /a KMS key is only for a secret that is created/,
    ],
    [
      "one AWS secret twice",
      [{ aws_secrets_manager: aws }, { aws_secrets_manager: { ...aws, json_key: "key" } }],
      "deliver_to[1].aws_secrets_manager",
      /Elements 0 and 1 of deliver_to are one place, the secret publishing\/scheduler in AWS Secrets Manager/,
    ],
    [
      "a path of Vault that begins with a slash",
      [{ vault_kv: { path: "/scheduler", mount: null, field: null, address: null, namespace: null } }],
      "deliver_to[0].vault_kv.path",
      /begins or ends with a slash/,
    ],
    [
      "two data keys of one Kubernetes Secret",
      [
        { kubernetes_secret: { namespace: "publishing", name: "scheduler", key: null, context: null } },
        { kubernetes_secret: { namespace: "publishing", name: "scheduler", key: "other", context: null } },
      ],
      "deliver_to[1].kubernetes_secret",
      /are one place, the Kubernetes Secret publishing\/scheduler/,
    ],
    [
      "a GitHub repository that cannot be",
      [{ github_actions_secret: { repository: "acme", name: "KEY", environment: null } }],
      "deliver_to[0].github_actions_secret.repository",
      /the repository "acme" has not the form OWNER\/NAME/,
    ],
  ])("are refused with %s, at the attribute", (_name, targets, path, detail) => {
    expect(validate(...targets)).toEqual([{ path, detail: expect.stringMatching(detail) as string }]);
  });

  test.each<[string, readonly Target[]]>([
    ["several stores", [{ terraform_state: state }, { encrypted_file: file }]],
    ["a file that is not known yet", [{ encrypted_file: UNKNOWN }]],
    ["an element that is not known yet", [UNKNOWN]],
    [
      "a KMS key where it is not known yet whether the secret is created",
      [{ aws_secrets_manager: { ...aws, create_if_missing: UNKNOWN, kms_key_id: "alias/keys" } }],
    ],
    ["a path and recipients that are not known yet", [{ encrypted_file: { path: UNKNOWN, recipients: UNKNOWN } }]],
    ["one recipient that is not known yet", [{ encrypted_file: { ...file, recipients: [recipient, UNKNOWN] } }]],
    [
      "two files of which one is not known yet",
      [{ encrypted_file: file }, { encrypted_file: { ...file, path: UNKNOWN } }],
    ],
  ])("may be %s", (_name, targets) => {
    expect(validate(...targets)).toEqual([]);
  });
});
