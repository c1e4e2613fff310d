/**
 * Makes a plan the same whenever it is made: ids, tags, secrets and recipients get numbers in the order in which they appear.
 *
 * Nothing else is changed, but for two things: the instant of the plan becomes that of the API, whose clock is moved by hand while
 * Terraform's is not, and the version of the provider loses the mark of the local build.
 */
import type { MadePlan } from "./golden-world";

const idForm = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
const nonceForm = /(?<=~\d{8}t\d{6}z)[0-9a-f]{8}/g;
const recipientForm = /age1[a-z0-9]{58}/g;
const secretForm = /pb_live_(?!in-the-fixture)[\w-]+/g;
const temporaryFolderForm = /\/[\w./-]*\/keyturn-(?:project|hcl)-\w{6}/g;
const localVersionForm = /(?<=\d+\.\d+\.\d+-)local\.[0-9a-z.]+/g;

/** The files of a fixture, by name. */
export function stableFiles(plan: MadePlan): ReadonlyMap<string, string> {
  const steady = new StableNames();
  const json = JSON.parse(plan.json) as Record<string, unknown>;
  const dated = { ...json, timestamp: plan.plannedAt.toString() };
  const files = new Map([["plan.json", `${steady.apply(JSON.stringify(dated, null, 1))}\n`]]);
  if (plan.configuration !== undefined) files.set("cdk.tf.json", steady.apply(plan.configuration));
  return files;
}

class StableNames {
  readonly #names = new Map<string, string>();
  readonly #counts = new Map<RegExp, number>();

  apply(text: string): string {
    return text
      .replace(idForm, (id) => this.#named(idForm, id, (n) => `00000000-0000-4000-8000-${padded(n, 12)}`))
      .replace(nonceForm, (nonce) => this.#named(nonceForm, nonce, (n) => padded(n, 8)))
      .replace(recipientForm, (recipient) =>
        this.#named(recipientForm, recipient, (n) => `age1${"q".repeat(50)}${padded(n, 8)}`),
      )
      .replace(secretForm, (secret) =>
        this.#named(secretForm, secret, (n) => `pb_live_in-the-fixture-${padded(n, 12)}`),
      )
      .replace(temporaryFolderForm, "/srv/project")
      .replace(localVersionForm, "local");
  }

  #named(kind: RegExp, name: string, make: (number: number) => string): string {
    const known = this.#names.get(name);
    if (known !== undefined) return known;
    const number = (this.#counts.get(kind) ?? 0) + 1;
    this.#counts.set(kind, number);
    const made = make(number);
    this.#names.set(name, made);
    return made;
  }
}

function padded(number: number, length: number): string {
  return String(number).padStart(length, "0");
}
