#!/usr/bin/env node
/**
 * The provider executable, which Terraform starts. What serves a call is loaded after the handshake, while Terraform connects.
 */
import { logLevelFrom } from "../../logging/log-level";
import { createLogger } from "../../logging/logger";
import { systemClock } from "../../model/clock";
import { packageVersion } from "../../model/version";
import { serveProvider } from "../../plugin/serving/serve-provider";

const now = (): Date => new Date(systemClock.now().epochMs);

void serveProvider({
  name: "keyturn",
  host: process,
  now,
  log: createLogger({
    write: (line) => process.stderr.write(line),
    level: logLevelFrom(process.env),
    module: "keyturn",
    now,
  }),
  load: async () => {
    const { ProviderServer } = await import("../../framework/server/provider-server.js");
    const { keyturnProvider } = await import("../../provider/keyturn-provider.js");
    return new ProviderServer(
      keyturnProvider({ environment: process.env, clock: systemClock, version: packageVersion }),
    );
  },
});
