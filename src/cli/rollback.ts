/**
 * `keyturn rollback`: puts the generation of a key before the present one back into service.
 *
 * What the key is and where its secret goes is read from Terraform's state; Terraform's own files are not touched.
 */
import { systemClock } from "../model/clock";
import { packageVersion } from "../model/version";
import { clientFor } from "../provider/configure";
import { newNonce } from "../provider/rotation/new-nonce";
import { rollBack, type RollBackReport } from "../provider/rotation/roll-back";
import type { CommandEnvironment } from "./command-environment";
import { findDeclaredKey } from "./find-declared-key";

/** The options of `keyturn rollback`. */
export interface RollbackOptions {
  readonly dir?: readonly string[];
  readonly endpoint?: string;
  readonly projectId?: string;
  readonly dryRun?: true;
  readonly json?: true;
}

/**
 * Rolls a key back, and prints what has come of it.
 * @throws KeyturnError that says why it cannot be done
 */
export async function rollback(name: string, options: RollbackOptions, environment: CommandEnvironment): Promise<void> {
  const { variables, currentFolder, print } = environment;
  const { declared, keyIdInState } = await findDeclaredKey(name, { folders: options.dir, currentFolder, variables });
  const client = clientFor(
    { ...nothingConfigured, endpoint: options.endpoint ?? null, project_id: options.projectId ?? null },
    { environment: variables, clock: systemClock, userAgent: `keyturn/${packageVersion}` },
  );
  try {
    const request = { declared, keyIdInState, isDryRun: options.dryRun ?? false };
    const report = await rollBack(request, { client, clock: systemClock, nonce: newNonce });
    for (const line of options.json ? [jsonLine(report)] : humanLines(report, declared.policy.verification))
      print(line);
  } finally {
    await client.close();
  }
}

/** All comes from the environment, as with an empty provider block. */
const nothingConfigured = {
  environment: null,
  endpoint: null,
  api_key: null,
  token: null,
  login: null,
  project_id: null,
  request_timeout: null,
  max_retries: null,
  evidence: null,
} as const;

function jsonLine({ logicalName, rotationDueAt, active, ...report }: RollBackReport): string {
  return JSON.stringify({
    name: logicalName,
    ...report,
    active: { id: active.id, createdAt: active.createdAt ?? null },
    rotationDueAt: rotationDueAt ?? null,
  });
}

const headlines: Readonly<Record<RollBackReport["outcome"], string>> = {
  "rolled-back": "was rolled back",
  "would-roll-back": "can be rolled back; nothing was changed, and this is how it would be",
  "done-before": "had been rolled back already; nothing was changed",
};

function humanLines(report: RollBackReport, verification: string): readonly string[] {
  const { outcome, logicalName, active, rolledBack, stores, revocableFrom, rotationDueAt, notes } = report;
  const evidence =
    verification === "time-only" ? "" : `, once ${active.id} is in use and ${rolledBack.id} has gone quiet`;
  return [
    `${logicalName} ${headlines[outcome]}`,
    `  active       ${active.id}${active.createdAt ? `, created at ${active.createdAt}` : ""}`,
    ...stores.map((store) => `  handed out   by ${store}`),
    `  rolled back  ${rolledBack.id}, since ${rolledBack.since}; it keeps working`,
    `  revoked      by a deployment from ${revocableFrom} on${evidence}`,
    ...notes.map((note) => `  note         ${note}`),
    "  next         services use the older key as soon as they read their secret again. The next plan leaves the key as it is.",
    `               Correct what went wrong${rotationDueAt ? ` before ${rotationDueAt}, when the next rotation is due` : ""}.`,
  ];
}
