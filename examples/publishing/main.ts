/**
 * The API keys of two teams: who has which rights, who answers for them, how long they live, and where their secrets go.
 *
 * Terraform finds the API and its credential in KEYTURN_ENDPOINT and KEYTURN_API_KEY, not here. No secret is in its state: each goes
 * to a file, encrypted for the machine that the services run on. The times are those of real life; `settings.ts` can shorten them.
 */
import path from "node:path";
import { App, TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import { ApiKey, Duration, KeyturnProvider, OwnerEvents, SecretStore, type ApiKeyProps } from "keyturn";
import { recipient, rotationOf, secretsFolder, staffingEvent } from "./settings";

const environment = "prod";
const publishingTeam = "team-publishing@acme.example";
const operationsTeam = "team-operations@acme.example";

/** The keys of all services in production. */
class PublishingStack extends TerraformStack {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    new KeyturnProvider(this, "keyturn", { environment });

    const owner = publishingTeam;
    const rotation = rotationOf({ period: Duration.days(90), overlap: Duration.hours(24) });
    this.#addKey("scheduler", { owner, scopes: ["read", "write"], rotation });
    this.#addKey("worker", { owner, scopes: ["read", "write"], rotation });

    // It may delete, so a stolen one is good for a month at most, and for some hours beside its successor.
    this.#addKey("admin-jobs", {
      owner: operationsTeam,
      scopes: ["read", "write", "destructive"],
      rotation: rotationOf({ period: Duration.days(30), overlap: Duration.hours(4) }),
    });
  }

  #addKey(service: string, props: Pick<ApiKeyProps, "owner" | "scopes" | "rotation">): void {
    const file = path.join(secretsFolder, `${service}.age`);
    const deliverTo = [SecretStore.encryptedFile({ path: file, recipients: [recipient] })];
    new ApiKey(this, service, { service, environment, deliverTo, ...props });
  }
}

const app = new App();
new PublishingStack(app, "publishing");
// When somebody leaves who could read a team's keys, one line replaces all of them.
if (staffingEvent !== undefined) OwnerEvents.of(app).add({ owner: publishingTeam, event: staffingEvent });
app.synth();
