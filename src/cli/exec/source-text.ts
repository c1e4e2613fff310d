/**
 * Reads what `--from` names: a place that a secret is read from without asking Terraform, as KIND:PLACE.
 *
 * A kind is written as in `deliver_to`, with hyphens. What follows the first colon is up to the kind, so that each can be written as its
 * own tools write it: a path, or a name with `?parameter=value` after it. A place from which nobody can read, such as a secret of GitHub
 * Actions, is no kind here.
 */
import path from "node:path";
import { KeyturnError } from "../../model/error";
import { EncryptedFileReader, openStore, type StoreContext, type StoreReader } from "../../stores";

/** What a place is opened with. */
interface Opening extends StoreContext {
  readonly currentFolder: string;
}

/** How the rest of the text is read, for each kind. */
const kinds: Readonly<Record<string, (place: string, opening: Opening) => StoreReader>> = {
  "encrypted-file": (place, opening) =>
    // An empty path, or one for a shell, is for the reader to refuse.
    new EncryptedFileReader(/^~|^$/.test(place) ? place : path.resolve(opening.currentFolder, place), opening),
  "aws-secrets-manager": (place, opening) => {
    const { name, settings } = withParameters(place, ["region", "json-key"]);
    const { region, "json-key": jsonKey } = settings;
    const target = {
      secretId: name,
      ...(region !== undefined && { region }),
      ...(jsonKey !== undefined && { jsonKey }),
    };
    return openStore({ kind: "aws_secrets_manager", ...target }, opening);
  },
  "kubernetes-secret": (place, opening) => {
    const { name: path, settings } = withParameters(place, ["key", "context"]);
    const [namespace = "", name = ""] = path.split("/");
    return openStore({ kind: "kubernetes_secret", namespace, name, ...settings }, opening);
  },
  "vault-kv": (place, opening) => {
    const { name, settings } = withParameters(place, ["mount", "field", "address", "namespace"]);
    return openStore({ kind: "vault_kv", path: name, ...settings }, opening);
  },
};

/** `NAME?parameter=value&…`, in which no other parameters may be. @throws KeyturnError INVALID_VALUE */
function withParameters<Name extends string>(
  place: string,
  known: readonly Name[],
): { readonly name: string; readonly settings: { readonly [Parameter in Name]?: string } } {
  const [name = "", ...rest] = place.split("?");
  const parameters = [...new URLSearchParams(rest.join("?"))];
  const stranger = parameters.find(([parameter]) => !(known as readonly string[]).includes(parameter));
  if (stranger) {
    throw new KeyturnError(
      "INVALID_VALUE",
      `${JSON.stringify(place)} has the parameter ${stranger[0]}; the known ones are ${known.join(", ")}`,
    );
  }
  return { name, settings: Object.fromEntries(parameters) as { readonly [Parameter in Name]?: string } };
}

/**
 * The place that the text names, to read the secret of one logical key from. Nothing is read yet.
 * @throws KeyturnError INVALID_VALUE for a kind that is not known, or a place that cannot be meant
 */
export function sourceFrom(
  text: string,
  about: {
    readonly keyName: string;
    readonly variables: StoreContext["variables"];
    readonly currentFolder: string;
  },
): StoreReader {
  const { keyName, variables, currentFolder } = about;
  const colon = text.indexOf(":");
  const kind = text.slice(0, Math.max(0, colon));
  const open = Object.hasOwn(kinds, kind) ? kinds[kind] : undefined;
  if (!open) {
    throw new KeyturnError(
      "INVALID_VALUE",
      `${JSON.stringify(text)} is not a place to read a secret from; write a kind and a place, such as encrypted-file:/srv/secrets/scheduler.age. ` +
        `The kinds are ${Object.keys(kinds).join(", ")}`,
    );
  }
  // Who only reads labels nothing, so no more than the key's name is known, and needed.
  const owner = { keyName, service: "", environment: "", owner: "" };
  return open(text.slice(colon + 1), { owner, variables, currentFolder });
}
