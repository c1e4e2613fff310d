/**
 * The attribute `deliver_to`: where a secret goes, one object for each place, with an attribute for each kind of place.
 *
 * The kinds are those of `model/delivery-target.ts`, and Terraform's own state.
 */
import { t } from "../../framework/schema";

export const deliverToAttribute = {
  nested: "list",
  required: true,
  description: "Where the secret goes. Each element names one store.",
  attributes: {
    terraform_state: {
      nested: "single",
      optional: true,
      description:
        "Keeps the secret in Terraform's state, as the attribute `secret`, for handing it to other resources.",
      attributes: {
        i_understand_the_secret_is_in_state: {
          type: t.bool,
          required: true,
          description: "Must be `true`: whoever can read the state can read the secret.",
        },
      },
    },
    encrypted_file: {
      nested: "single",
      optional: true,
      description:
        "Writes the secret to a file, encrypted in the age format: `age --decrypt -i key.txt PATH` prints it. The secret before it is kept in `PATH.previous`. " +
        "Only the user that runs Terraform can read the files.",
      attributes: {
        path: {
          type: t.string,
          required: true,
          description:
            "The file. If the path is not absolute, it is relative to the folder that Terraform runs in. Its folder must exist. " +
            "A file that was not put there for this key is not overwritten.",
        },
        recipients: {
          type: t.set(t.string),
          required: true,
          description:
            "The public keys of those who may decrypt the file, as age-keygen prints them: `age1…`. At least one.",
        },
      },
    },
    aws_secrets_manager: {
      nested: "single",
      optional: true,
      description:
        "Writes the secret to AWS Secrets Manager: `AWSCURRENT` is the current one, `AWSPREVIOUS` the one before. Needs `@aws-sdk/client-secrets-manager` in the project, and " +
        "takes credentials from the environment, as every program of AWS does. A secret that was not put there for this key is not overwritten; one without a value is taken.",
      attributes: {
        secret_id: { type: t.string, required: true, description: "The name of the secret, or its whole ARN." },
        region: {
          type: t.string,
          optional: true,
          description:
            "The region. Default: that of the ARN, or else the one that is set for AWS where Terraform runs.",
        },
        json_key: {
          type: t.string,
          optional: true,
          description:
            "The member of a JSON object that holds the key's secret; other members stay as they are. Default: the text is the key's secret and nothing else.",
        },
        create_if_missing: {
          type: t.bool,
          optional: true,
          description: "Whether the secret is created if there is none. Default `false`.",
        },
        kms_key_id: {
          type: t.string,
          optional: true,
          description:
            "The KMS key of a secret that is created: id, ARN or `alias/NAME`. Default: the account's own, `aws/secretsmanager`.",
        },
      },
    },
    vault_kv: {
      nested: "single",
      optional: true,
      description:
        "Writes the secret to a key-value engine, version 2, of HashiCorp Vault or OpenBao; the secret before it stays as the version before. Address and credential come from the environment: `VAULT_ADDR`, and `VAULT_TOKEN`, or " +
        "`VAULT_ROLE_ID` with `VAULT_SECRET_ID`, or `VAULT_K8S_ROLE`; `BAO_…` does as well. A version that was not put there for this key is not overwritten.",
      attributes: {
        path: {
          type: t.string,
          required: true,
          description: "The path of the secret in the engine, as `vault kv get` takes it: without `data/`.",
        },
        mount: {
          type: t.string,
          optional: true,
          description: "Where the engine is mounted, without slashes at its ends. Default `secret`.",
        },
        field: {
          type: t.string,
          optional: true,
          description:
            "The field that holds the key's secret; beside it is only `keyturn`, which says whose it is. Default `value`.",
        },
        address: {
          type: t.string,
          optional: true,
          description: "The address of the server. Default: `VAULT_ADDR` or `BAO_ADDR` where Terraform runs.",
        },
        namespace: {
          type: t.string,
          optional: true,
          description: "The namespace. Default: `VAULT_NAMESPACE` or `BAO_NAMESPACE`, or none.",
        },
      },
    },
    kubernetes_secret: {
      nested: "single",
      optional: true,
      description:
        "Writes the secret to a data key of a Kubernetes Secret; the one before it is kept beside it, with `.previous` at the end. Credentials come from `KUBECONFIG`, the service account of the pod, or `~/.kube/config`. " +
        "A value that was not put there for this key is not overwritten, and other data keys are kept.",
      attributes: {
        namespace: { type: t.string, required: true, description: "The namespace of the Secret." },
        name: {
          type: t.string,
          required: true,
          description:
            "The name of the Secret. It is created if there is none. One that has data already is handed over with the annotation `keyturn.internal/key-name`, whose value is the name of the key.",
        },
        key: {
          type: t.string,
          optional: true,
          description: "The data key whose value is the secret. Default `api-key`.",
        },
        context: {
          type: t.string,
          optional: true,
          description:
            "The context of the kubeconfig. Default: the current one of `KUBECONFIG`; without it the service account of the pod, or else the current one of `~/.kube/config`.",
        },
      },
    },
    github_actions_secret: {
      nested: "single",
      optional: true,
      description:
        "Writes the secret to a secret of GitHub Actions, and whose it is to a variable beside it, `NAME_KEYTURN`. The token comes from `GITHUB_TOKEN` or `GH_TOKEN`, and may write secrets and variables. " +
        "GitHub gives no secret back, so a key that is delivered there cannot be rolled back.",
      attributes: {
        repository: { type: t.string, required: true, description: "The repository: `acme/publishing`." },
        name: {
          type: t.string,
          required: true,
          description: "The name of the secret, which a workflow reads as `secrets.NAME`.",
        },
        environment: {
          type: t.string,
          optional: true,
          description:
            "The environment of the repository whose secret it is; it must exist. Default: a secret of the whole repository.",
        },
      },
    },
  },
} as const;
