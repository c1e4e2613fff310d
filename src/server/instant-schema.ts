/** Timestamps in JSON and in queries, read into instants. */
import * as z from "zod";
import { Instant } from "../model/instant";

/** An RFC 3339 timestamp; anything else is an issue of the schema, not an exception. */
export const instantSchema = z.string().transform((text, issues) => {
  try {
    return Instant.parse(text);
  } catch {
    issues.addIssue({ code: "custom", message: "Input should be a timestamp such as 2026-03-01T12:00:00Z" });
    return z.NEVER;
  }
});
