/**
 * Rules about what others have done to a key.
 */
import { sentence, type Sentence } from "../../policy/sentence";
import type { Change } from "../report/change-schema";
import type { KeyReport } from "../report/report-schema";
import type { KeyRules } from "./key-rule";

export const outsideRules: KeyRules = {
  "changed-outside": ({ report }) => report.changes.flatMap((change) => found(report, change)),
};

function found({ name }: KeyReport, change: Change): readonly Sentence[] {
  if (change.kind === "take-over" && change.from === "another-state") {
    return [
      sentence`${name} was replaced by a key that this state does not know, and nobody has been seen to use that one. The plan makes a new key, and both older ones stay until they are not in use.`,
    ];
  }
  if (change.kind !== "drift") return [];
  switch (change.what) {
    case "revoked-outside":
      return [sentence`The key ${change.id} of ${name} was revoked.`];
    case "renamed-outside":
      return [sentence`The key of ${name} was renamed to ${change.name}.`];
    case "replaced-outside":
      return [
        sentence`The key ${change.id} of ${name} was replaced by another run or state; it is named ${change.name}.`,
      ];
    case "rolled-back":
      return [sentence`${name} was rolled back: ${change.id} is the key in use now.`];
    case "foreign-key":
      return [
        sentence`Somebody has made a key that is named like a generation of ${name}: ${change.name} (${change.id}).`,
      ];
    case "namesake":
      return [
        sentence`Somebody has given the key ${change.id} the very name of ${name}. Neither is rotated nor revoked until one of them is renamed, or revoked by hand.`,
      ];
    case "unfinished-key":
      return [sentence`A run has left a key of ${name} unfinished: ${change.name} (${change.id}).`];
    case "rights-changed":
      return [sentence`The rights of ${name} were changed.`];
  }
}
