/**
 * Applies policies to a key at synth: what they deny is a problem of the stack, and the rest is written beside the key.
 */
import { Annotations, type TerraformStack } from "cdktf";
import type { IConstruct } from "constructs";
import type { Instant } from "../model/instant";
import type { DeclaredKey } from "../policy/declared-key";
import { declaredRules } from "../policy/declared-rules";
import { judge } from "../policy/judgement";
import type { Policy } from "../policy/policy";
import { ruleIds, rules, type RuleId } from "../policy/rules";
import type { Sentence } from "../policy/sentence";
import { isHidden, known } from "../policy/shown";
import { policiesFor } from "./key-policy-list";
import { readDeclaredKey, type TerraformKey } from "./read-declared-key";
import { secretReadersIn } from "./secret-readers";

/** What is said of a key, and how much it counts. */
interface Remark {
  readonly level: "deny" | "warn" | "note";
  readonly text: string;
}

/** What a policy is asked about. */
interface Question {
  readonly policy: Policy;
  readonly stack: string;
  readonly at: Instant;
}

/**
 * What policies deny of the keys of a stack. Warnings and notes are annotated at the keys, once, however often this is called.
 * @param isKey tells keys from other constructs
 */
export function keyPolicyProblems(
  stack: TerraformStack,
  keys: readonly (IConstruct & TerraformKey)[],
  isKey: (found: IConstruct) => boolean,
): string[] {
  const judged = keys.filter((key) => policiesFor(key).length > 0);
  if (judged.length === 0) return [];
  let readers: ReadonlyMap<string, number> | undefined;
  return judged.flatMap((key) => {
    // Nobody can read a secret that is not in the state, and the look through the stack takes time.
    const readersOf = (id: string): number => (readers ??= secretReadersIn(stack, isKey)).get(id) ?? 0;
    const declared = readDeclaredKey(key, readersOf);
    if (!declared) return [];
    const remarks = policiesFor(key).flatMap(({ policy, clock }) =>
      remarksOn(declared, { policy, stack: stack.node.id, at: clock.now() }),
    );
    for (const { level, text } of remarks) if (level !== "deny") annotate(key, level, text);
    const denied = new Set(remarks.filter(({ level }) => level === "deny").map(({ text }) => text));
    return [...denied].map((text) => `the key ${key.node.path} is denied by policy, ${text}`);
  });
}

function remarksOn(key: DeclaredKey, question: Question): readonly Remark[] {
  const own = question.policy.forEnvironment(known(key.attributes.environment));
  return ruleIds.flatMap((rule) =>
    (declaredRules[rule]?.(key, own) ?? []).flatMap((what) => remarksOf({ rule, what }, key, question)),
  );
}

function remarksOf(
  { rule, what }: { readonly rule: RuleId; readonly what: Sentence },
  key: DeclaredKey,
  { policy, stack, at }: Question,
): readonly Remark[] {
  const environment = known(key.attributes.environment);
  const judgement = judge({ rule, key: known(key.name), stack, environment, at }, policy);
  if (!judgement) return [];
  const { level, exception, ended } = judgement;
  const { why, remedy } = rules[rule];
  const text = `${rule}: ${plain(what)} ${why} ${remedy}`;
  if (exception) {
    const { until, owner, reason } = exception;
    return [{ level: "note", text: `${rule}: ${plain(what)} Excepted until ${until} by ${owner}: ${reason}` }];
  }
  if (!ended) return [{ level, text }];
  const { owner, until } = ended.exception;
  const over = `exception-over: The exception of ${owner} from ${rule} held until ${until}. ${rules["exception-over"].remedy}`;
  return [
    { level, text },
    { level: ended.level, text: over },
  ];
}

function plain(sentence: Sentence): string {
  return sentence
    .map((part) => {
      if (typeof part === "string") return part;
      if (part.value === null) return "(none)";
      // Quoted as JSON, a line break or an escape sequence does nothing to a terminal.
      return isHidden(part.value) ? "(known when Terraform runs)" : JSON.stringify(part.value).slice(1, -1);
    })
    .join("");
}

function annotate(key: IConstruct, level: "warn" | "note", text: string): void {
  if (key.node.metadata.some(({ data }) => data === text)) return;
  const annotations = Annotations.of(key);
  if (level === "warn") annotations.addWarning(text);
  else annotations.addInfo(text);
}
