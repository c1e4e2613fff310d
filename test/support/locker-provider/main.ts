/** The provider's process. */
import { serveTestProvider } from "../serve-test-provider";

serveTestProvider("locker", async () => (await import("./locker-provider.js")).lockerProvider(process.env));
