/**
 * Loaded into the process of the embedded API before the API itself: writes every secret that it mints to a file.
 *
 * The body of the answer is caught where it is put into JSON. That is before a planned fault may take the answer away, and before anybody
 * can have read it. That nothing is missed is checked at the end of every such process, against the API's own list.
 */
import { appendFileSync } from "node:fs";
import { recordVariable } from "./record";

const file = process.env[recordVariable];
if (file === undefined) throw new Error(`${recordVariable} does not say where to`);
const stringify = JSON.stringify.bind(JSON);

JSON.stringify = ((value: unknown, ...more: []) => {
  if (typeof value === "object" && value !== null && "api_key" in value && "id" in value) {
    appendFileSync(file, `${stringify({ keyId: value.id, secret: value.api_key })}\n`, { mode: 0o600 });
  }
  return stringify(value, ...more);
}) as typeof JSON.stringify;
