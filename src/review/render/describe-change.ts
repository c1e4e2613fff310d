/**
 * Says in a sentence what happens to a key. All renderers print the same sentences.
 */
import { known, type Shown } from "../../policy/shown";
import type { Change, ChangeKind, RotationReason } from "../report/change-schema";
import { joined, sentence, type Sentence } from "../../policy/sentence";

/** What each kind of change is called in a table. */
export const changeWords: Readonly<Record<ChangeKind, string>> = {
  create: "create",
  rotate: "rotate",
  retire: "end a replaced key",
  revoke: "revoke a replaced key",
  "take-over": "take over",
  rename: "rename",
  import: "import",
  drift: "changed outside",
  scopes: "scopes",
  accounts: "accounts",
  owner: "owner",
  delivery: "delivery",
  settings: "settings",
  destroy: "destroy",
  forget: "forget",
  move: "move",
  undecided: "decided at apply",
  deferred: "put off",
};

/** What happens, in one sentence without a full stop. */
export function describeChange(change: Change): Sentence {
  switch (change.kind) {
    case "create":
      return [
        change.isRecreation ? "made again, since it was revoked outside of this configuration" : "a new key is made",
        ...(change.scopes.length === 0 ? [", with all scopes"] : [", with the scopes ", ...list(change.scopes)]),
        ...(change.targets.length === 0
          ? [", and delivered"]
          : [", and delivered to ", ...joined(change.targets.map(describeTarget), " and ")]),
      ];
    case "rotate":
      return [
        change.order === "create-first" ? "rotated" : "revoked, and only then made anew",
        ": ",
        ...joined(change.reasons.map(describeReason), "; "),
      ];
    case "retire":
      return sentence`the replaced key ${change.id}, which an interrupted run has left, ends once its overlap is over and it is not in use`;
    case "revoke":
      return joined(
        change.keys.map((key) => describeLeaving(key, change)),
        "; ",
      );
    case "take-over":
      return change.from === "another-state"
        ? sentence`taken over: another run or state had replaced ${change.id}, so a new key is made and both older ones stay until they are not in use`
        : sentence`goes on with the newer key that an interrupted run has delivered in place of ${change.id}`;
    case "rename":
      return sentence`renamed from ${change.from} to ${change.to}: a new key, and the old one ends without an overlap`;
    case "import":
      return sentence`the existing key ${change.id} is adopted; nothing is delivered before the next rotation`;
    case "drift":
      return describeDrift(change);
    case "scopes":
    case "accounts":
      return describeWidth(change);
    case "owner":
      return sentence`handed over from ${change.from} to ${change.to}`;
    case "delivery":
      return joined(
        [
          ...change.added.map((target) => ["also delivered to ", ...describeTarget(target)]),
          ...change.removed.map((target) => [
            "no longer delivered to ",
            ...describeTarget(target),
            ", where whoever reads it gets no newer one",
          ]),
        ],
        "; ",
      );
    case "settings":
      return ["other settings: ", ...joined(change.settings.map(describeSetting), ", ")];
    case "destroy":
      return change.isForced
        ? sentence`the key ${change.id} is revoked, in use or not, and has no successor`
        : sentence`the key ${change.id} is revoked, if it is still not in use then, and has no successor`;
    case "forget":
      return sentence`the key ${change.id} works on, and nothing manages it any more`;
    case "move":
      return sentence`moved from ${change.from} in the configuration`;
    case "undecided":
      return ["whether replaced keys are revoked is decided during the apply"];
    case "deferred":
      return ["what happens to it is put off to a later plan"];
  }
}

/** Why a new generation is made. */
function describeReason(reason: RotationReason): Sentence {
  switch (reason.kind) {
    case "due":
      return [reason.since === null ? "it is due" : `due since ${reason.since}`];
    case "trigger":
      return ["trigger ", ...list(reason.names)];
    case "staffing":
      return ["staffing event ", ...list(reason.events)];
    case "compromised":
      return sentence`leak ${reason.report}; every key of this name is revoked first (${reason.revoked.length})`;
    case "new-target":
      return ["new delivery to ", ...joined(reason.targets.map(describeTarget), ", ")];
    case "owed":
      return ["asked for earlier, when it was not possible"];
    case "requested":
      return ["asked for with -replace"];
    case "tainted":
      return ["its making had not been finished"];
    case "dependency":
      return ["something that it depends on is replaced"];
    case "other":
      return ["Terraform does not say why"];
  }
}

function describeLeaving(
  { id, replacedAt, overlapEndedAt }: Extract<Change, { readonly kind: "revoke" }>["keys"][number],
  { verification, quietPeriod }: Extract<Change, { readonly kind: "revoke" }>,
): Sentence {
  const since = replacedAt === null ? "" : `, replaced at ${replacedAt}`;
  const overlap = overlapEndedAt === null ? "its overlap is over" : `its overlap ended at ${overlapEndedAt}`;
  const evidence: Sentence =
    known(verification) === "time-only"
      ? [", and nobody looks whether it is in use (time-only)"]
      : sentence`, its successor was seen in use, and it was quiet for ${quietPeriod}; the apply looks again`;
  return [...sentence`the replaced key ${id}`, `${since} is revoked: ${overlap}`, ...evidence];
}

function describeDrift({ what, name, id }: Extract<Change, { readonly kind: "drift" }>): Sentence {
  switch (what) {
    case "revoked-outside":
      return sentence`the key ${id} was revoked outside of this configuration`;
    case "renamed-outside":
      return sentence`it was renamed to ${name} outside of this configuration, and gets its name back`;
    case "replaced-outside":
      return sentence`it was replaced outside of this state, and is named ${name}`;
    case "rolled-back":
      return sentence`it was rolled back to the key ${id}`;
    case "foreign-key":
      return sentence`somebody has made a key that is named like one of its generations: ${name}`;
    case "namesake":
      return sentence`somebody has given another key, ${id}, the name ${name}, so neither is rotated nor revoked`;
    case "unfinished-key":
      return sentence`a run has left the unfinished key ${name}`;
    case "rights-changed":
      return ["its rights were changed outside of this configuration"];
  }
}

function describeWidth(change: Extract<Change, { readonly kind: "scopes" | "accounts" }>): Sentence {
  const { kind, direction, added, removed } = change;
  if (kind === "accounts" && direction === "wider" && added.length === 0) {
    return ["accounts wider: all of the workspace"];
  }
  const parts = [
    ...(added.length > 0 ? [[direction === "narrower" ? "only " : "gets ", ...list(added)]] : []),
    ...(removed.length > 0 ? [["loses ", ...list(removed)]] : []),
  ];
  const words = { wider: "wider", narrower: "narrower", other: "other", unknown: "changed, and not shown" }[direction];
  const details = parts.length > 0 ? [": ", ...joined(parts, "; ")] : [];
  return [`${kind} ${words}`, ...details];
}

function describeSetting({
  name,
  from,
  to,
  isShown,
}: Extract<Change, { readonly kind: "settings" }>["settings"][number]): Sentence {
  if (!isShown) return [name];
  return [`${name} `, ...valueOrDefault(from), " to ", ...valueOrDefault(to)];
}

function valueOrDefault(value: Shown<string>): Sentence {
  return value === null ? ["unset"] : [{ value }];
}

/** A place that a secret goes to. */
function describeTarget({ store, place }: { readonly store: Shown<string>; readonly place: Shown<string> }): Sentence {
  switch (known(store)) {
    case "terraform_state":
      return ["Terraform's state"];
    case "encrypted_file":
      return sentence`the encrypted file ${place}`;
    case "aws_secrets_manager":
      return sentence`the secret ${place} in AWS Secrets Manager`;
    case "vault_kv":
      return sentence`the secret ${place} in Vault`;
    case "kubernetes_secret":
      return sentence`the Kubernetes Secret ${place}`;
    case "github_actions_secret":
      return sentence`a GitHub Actions secret of ${place}`;
    default:
      return store === null ? ["a store of an unknown kind"] : sentence`the store ${store} ${place}`;
  }
}

function list(values: readonly Shown<string>[]): Sentence {
  return joined(
    values.map((value) => [{ value }]),
    ", ",
  );
}
