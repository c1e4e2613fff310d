/**
 * What the environment may change about the example, so that a demo or a test can run it in seconds and in a folder of its own.
 */
import path from "node:path";
import { Duration, type ApiKeyRotation } from "keyturn";

/** The folder that the encrypted secrets are written to. It must exist when Terraform runs. */
export const secretsFolder = path.resolve(process.env["PUBLISHING_SECRETS"] ?? "/srv/publishing/secrets");

/**
 * Who can decrypt the secrets: a public key of age, so it may stand in a repository. Nobody has the private key to this one.
 * `age-keygen -o key.txt` makes a pair, and prints the public key.
 */
export const recipient =
  process.env["PUBLISHING_RECIPIENT"] ?? "age1hl47sdxs2s75mtu3yyszk0gzqjykqd9mxpq99x7jafhn3c7pg3hqkryfzy";

/** Something that happened in the publishing team, such as `2026-03-14 Kim left`. Undefined if nothing did. */
export const staffingEvent = process.env["PUBLISHING_EVENT"];

/** The given times, unless the environment has others. */
export function rotationOf({ period, overlap }: { period: Duration; overlap: Duration }): ApiKeyRotation {
  return {
    period: durationFrom("PUBLISHING_ROTATION_PERIOD") ?? period,
    overlap: durationFrom("PUBLISHING_OVERLAP") ?? overlap,
    overlapWait: durationFrom("PUBLISHING_OVERLAP_WAIT") ?? Duration.minutes(5),
    quietPeriod: durationFrom("PUBLISHING_QUIET_PERIOD") ?? Duration.hours(1),
  };
}

function durationFrom(variable: string): Duration | undefined {
  const text = process.env[variable];
  return text === undefined ? undefined : Duration.parse(text);
}
