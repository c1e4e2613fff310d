# Hands the secret of a key to another provider, and leaves no trace of it in a plan or in the state.
#
# keyturn keeps the secret in an encrypted file. The ephemeral block reads it back while Terraform runs, and the other provider takes it in
# a write-only argument. Such an argument is compared with nothing, since nothing of it is stored, so a version beside it says when there
# is a new one: `generation`, which moves exactly when the secret does.
#
# The provider `locker` stands for any with such a pair of arguments. Many have one: look for `…_wo` and `…_wo_version` in the documentation
# of the secrets manager, database or service that needs the key. Needs Terraform 1.11 or OpenTofu 1.11.

terraform {
  required_version = ">= 1.11"
  required_providers {
    keyturn = {
      source  = "keyturn.internal/keyturn/keyturn"
      version = "VERSION" # the exact one: Terraform takes no pre-release otherwise
    }
    locker = {
      source = "locker.example/demo/locker"
    }
  }
}

variable "secret_file" {
  description = "Where the encrypted secret goes. The folder must exist."
  type        = string
}

variable "recipient" {
  description = "Who may decrypt it: a public key of age. Its private key is in KEYTURN_AGE_IDENTITY or KEYTURN_AGE_IDENTITY_FILE when Terraform runs."
  type        = string
}

provider "keyturn" {}

resource "keyturn_api_key" "scheduler" {
  service         = "scheduler"
  environment     = "prod"
  owner           = "team-publishing@acme.example"
  scopes          = ["read", "write"]
  rotation_period = "90d"
  deliver_to      = [{ encrypted_file = { path = var.secret_file, recipients = [var.recipient] } }]

  lifecycle { create_before_destroy = true }
}

ephemeral "keyturn_api_key_secret" "scheduler" {
  service     = keyturn_api_key.scheduler.service
  environment = keyturn_api_key.scheduler.environment
  deliver_to  = keyturn_api_key.scheduler.deliver_to
  key_id      = keyturn_api_key.scheduler.id # read it after the key was made, and only if it is that key's
}

resource "locker_entry" "scheduler" {
  name              = "publishing/scheduler-prod"
  secret_wo         = ephemeral.keyturn_api_key_secret.scheduler.secret
  secret_wo_version = keyturn_api_key.scheduler.generation
}
