/** One provider instance is one workspace, and so one environment. */
import { path, type Diagnostics } from "../../framework";
import type { ProviderData } from "../provider-data";
import { refuse, type Maybe } from "./config-check";

/** Reports a key that is declared for another environment than that of its provider instance. Does nothing while either is not known. */
export function refuseOtherEnvironment(
  environment: Maybe<string>,
  data: Pick<ProviderData, "environment"> | undefined,
  diagnostics: Diagnostics,
): void {
  if (data?.environment === undefined || typeof environment !== "string" || environment === data.environment) return;
  refuse(
    diagnostics,
    path("environment"),
    `The key is declared for the environment ${JSON.stringify(environment)}, but its provider is for ${JSON.stringify(data.environment)}. ` +
      "Choose the provider instance of that environment, or correct one of the two.",
  );
}
