/** The provider's process. */
import { serveTestProvider } from "../serve-test-provider";

serveTestProvider("null", async () => (await import("./null-provider.js")).nullProvider);
