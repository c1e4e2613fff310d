/**
 * The API keys of a publishing team: who has which rights, who answers for them, and how long they live.
 *
 * The periods are those of real life. To see rotations within a minute, set PUBLISHING_ROTATION_PERIOD, PUBLISHING_OVERLAP and
 * PUBLISHING_QUIET_PERIOD to durations such as 25s. Terraform finds the API and its credential in KEYTURN_ENDPOINT and KEYTURN_API_KEY, not here.
 */
import { App, TerraformOutput, TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import { ApiKey, Duration, KeyturnProvider, SecretStore, type ApiKeyRotation } from "keyturn";

const environment = "prod";
const owner = "team-publishing@acme.example";

/** The keys of the publishing team in production. */
class PublishingStack extends TerraformStack {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    new KeyturnProvider(this, "keyturn", { environment });

    const rotation = rotationOf({ period: Duration.days(90), overlap: Duration.hours(24) });
    this.#addKey("scheduler", ["read", "write"], rotation);
    this.#addKey("worker", ["read", "write"], rotation);

    // It may delete, so a stolen one is good for a month at most, and for some hours beside its successor.
    const shortRotation = rotationOf({ period: Duration.days(30), overlap: Duration.hours(4) });
    this.#addKey("admin-jobs", ["read", "write", "destructive"], shortRotation);
  }

  #addKey(service: string, scopes: readonly string[], rotation: ApiKeyRotation): void {
    const deliverTo = [SecretStore.terraformState({ iUnderstandTheSecretIsInState: true })];
    const key = new ApiKey(this, service, { service, environment, owner, scopes, rotation, deliverTo });
    new TerraformOutput(this, `${service}-secret`, { value: key.secret, sensitive: true });
  }
}

/** The given times, unless an environment variable has another. */
function rotationOf({ period, overlap }: { period: Duration; overlap: Duration }): ApiKeyRotation {
  return {
    period: durationFrom("PUBLISHING_ROTATION_PERIOD") ?? period,
    overlap: durationFrom("PUBLISHING_OVERLAP") ?? overlap,
    quietPeriod: durationFrom("PUBLISHING_QUIET_PERIOD") ?? Duration.hours(1),
  };
}

function durationFrom(variable: string): Duration | undefined {
  const text = process.env[variable];
  return text === undefined ? undefined : Duration.parse(text);
}

const app = new App();
new PublishingStack(app, "publishing");
app.synth();
