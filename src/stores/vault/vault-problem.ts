/**
 * Puts answers of Vault into words: what was refused, what is missing, and what to do. It never repeats an answer, since whatever stands
 * before a server may put anything into one; it only looks for sentences that it knows.
 */
import { KeyturnError } from "../../model/error";
import type { JsonAnswer } from "../http";

/** What a request wanted, for the words about its refusal. */
export interface Wanted {
  /** Who asked, in words: `the token of VAULT_TOKEN`. */
  readonly who: string;
  /** The right that it takes: `read on secret/metadata/a`. */
  readonly right: string;
}

/** The sentences in an answer of Vault that is no success; undefined if it is not one of Vault's. */
export function vaultErrors({ json }: JsonAnswer): readonly string[] | undefined {
  if (typeof json !== "object" || json === null || !("errors" in json) || !Array.isArray(json.errors)) return undefined;
  return json.errors.filter((error) => typeof error === "string");
}

/** Whether an answer of Vault says this, among other things. */
export function saysVault(answer: JsonAnswer, words: string): boolean {
  return (vaultErrors(answer) ?? []).some((error) => error.toLowerCase().includes(words));
}

/** The error to throw for an answer that nothing can be done with. */
export function vaultRefusal(answer: JsonAnswer, wanted: Wanted): KeyturnError {
  return new KeyturnError("STORE_UNREACHABLE", words(answer, wanted));
}

function words(answer: JsonAnswer, { who, right }: Wanted): string {
  const { status, headers } = answer;
  if (status >= 300 && status < 400) {
    const location = headers["location"];
    const elsewhere = location && URL.canParse(location) ? ` to ${new URL(location).host}` : "";
    return (
      `the server answered ${status}, a redirect${elsewhere} that is not followed. ` +
      "A standby node does so; give the address of the active node, or of the cluster"
    );
  }
  switch (status) {
    case 403:
      return `${who} may not do that, or is no longer valid (403). It needs ${right}`;
    case 404:
      return "the server knows no such path (404). Check the address, the mount and the namespace";
    case 405:
      return "the server does not know such a request (405). Check that the mount is a KV engine of version 2";
    case 412:
      return "the server has not caught up with the last change yet (412). Run it again";
    case 413:
      return "the server takes no request of that size (413)";
    case 429:
      return "the server takes no more requests at the moment (429), for a limit on their rate. Run it again later";
    case 472:
      return "the server is a standby for disaster recovery (472), which serves no secrets. Give the address of the active cluster";
    case 473:
      return "the server is a performance standby (473) that does not serve this. Give the address of the active node";
    case 503:
      return saysVault(answer, "sealed")
        ? "the server is sealed (503). Unseal it, and run it again"
        : "the server is down, or being maintained (503). Run it again later";
    default:
      return status < 300
        ? `the server answered ${status} with something that is not of Vault's API. Check the address, and what stands before the server`
        : `the server answered ${status}${vaultErrors(answer) ? "" : ", and not as Vault does. Check the address"}`;
  }
}
