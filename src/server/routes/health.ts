/** Whether the server is up; needs no credential. */
import type { Hono } from "hono";
import type { RequestEnvironment } from "../context";

export function addHealthRoutes(app: Hono<RequestEnvironment>): void {
  app.get("/healthz", (context) => context.json({ status: "ok" }));
  app.get("/readyz", (context) => context.json({ status: "ok" }));
}
