/** Serves a provider that was written for tests as a process of its own. Its entry is bundled by `install-test-provider.ts`. */
import type { AnyProviderDefinition } from "../../src/framework/provider-definition";
import { logLevelFrom } from "../../src/logging/log-level";
import { createLogger } from "../../src/logging/logger";
import { serveProvider } from "../../src/plugin/serving/serve-provider";

/** @param load gives the provider. Loaded after the handshake, as a real provider is. */
export function serveTestProvider(name: string, load: () => Promise<AnyProviderDefinition>): void {
  const now = (): Date => new Date();
  void serveProvider({
    name,
    host: process,
    now,
    log: createLogger({
      write: (line) => process.stderr.write(line),
      level: logLevelFrom(process.env),
      module: name,
      now,
    }),
    load: async () => {
      const [{ ProviderServer }, definition] = await Promise.all([
        import("../../src/framework/server/provider-server.js"),
        load(),
      ]);
      return new ProviderServer(definition);
    },
  });
}
