/**
 * The report as JSON, as its published schema describes it.
 */
import type { Report } from "../report/report-schema";
import { inertJson } from "./json-text";

/** JSON with a line break at the end. */
export function renderJson(report: Report): string {
  return inertJson(report);
}
