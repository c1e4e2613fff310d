/** The provider's process. Bundled by `install-null-provider.ts`, as a real provider is bundled. */
import { logLevelFrom } from "../../../src/logging/log-level";
import { createLogger } from "../../../src/logging/logger";
import { serveProvider } from "../../../src/plugin/serving/serve-provider";

const now = (): Date => new Date();

void serveProvider({
  name: "null",
  host: process,
  now,
  log: createLogger({
    write: (line) => process.stderr.write(line),
    level: logLevelFrom(process.env),
    module: "null",
    now,
  }),
  load: async () => {
    const [{ ProviderServer }, { nullProvider }] = await Promise.all([
      import("../../../src/framework/server/provider-server.js"),
      import("./null-provider.js"),
    ]);
    return new ProviderServer(nullProvider);
  },
});
