/** The process that serves the wire tests' provider. Tests bundle it, as the real provider is bundled. */
import { createLogger } from "../../../src/logging/logger";
import { logLevelFrom } from "../../../src/logging/log-level";
import { serveProvider } from "../../../src/plugin/serving/serve-provider";

const now = (): Date => new Date();

void serveProvider({
  name: "wire",
  host: process,
  now,
  log: createLogger({
    write: (line) => process.stderr.write(line),
    level: logLevelFrom(process.env),
    module: "wire",
    now,
  }),
  load: async () => (await import("./service.js")).loadWireService(process.env),
});
