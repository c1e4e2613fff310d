/**
 * The rules that span a stack or its whole app, checked at synth: no key is declared twice, a repeated block gives each key its own
 * name, every key is in its provider's environment, every owner event of the app has keys to rotate, and no policy denies a key.
 *
 * One check for each stack, however many keys it has. What concerns the app is checked by its stacks, because cdktf's own check of an
 * app comes after the stacks are written. Values that are tokens are left to the provider.
 */
import { TerraformStack, Token } from "cdktf";
import type { IConstruct } from "constructs";
import { logicalKeyName } from "../model/logical-key";
import { duplicateKeyProblems, type NamedKey } from "./duplicate-keys";
import { keyPolicyProblems } from "./key-policy-check";
import { KeyturnProvider } from "./keyturn-provider";
import { ownerEventProblems, type OwnedKey } from "./owner-event-check";
import { eventsAddedTo } from "./owner-event-list";
import type { TerraformKey } from "./read-declared-key";

/** What the rules need to know of a key. */
export interface DeclaredKey extends NamedKey, OwnedKey, TerraformKey {
  /** Set where one block stands for several keys. */
  readonly count?: unknown;
  readonly forEach?: unknown;
}

const checkedStacks = new WeakSet<TerraformStack>();

/** Has the keys of a stack checked when it is synthesised. Any key may call this; the first call counts. */
export function checkKeysAtSynth(stack: TerraformStack, isKey: (found: IConstruct) => found is DeclaredKey): void {
  if (checkedStacks.has(stack)) return;
  checkedStacks.add(stack);
  stack.node.addValidation({
    validate: () => {
      const keysIn = (scope: IConstruct): DeclaredKey[] => scope.node.findAll().filter((found) => isKey(found));
      const isOwn = (found: IConstruct): boolean => TerraformStack.of(found) === stack;
      const keys = keysIn(stack).filter(isOwn);
      const providers = stack.node.findAll().filter((found) => KeyturnProvider.isKeyturnProvider(found));
      return [
        ...repetitionProblems(keys),
        ...duplicateKeyProblems(stack, keysIn(stack.node.root)),
        ...environmentProblems(keys, providers.filter(isOwn)),
        ...eventProblemsAbove(stack, keysIn),
        ...keyPolicyProblems(stack, keys, isKey),
      ];
    },
  });
}

/** What is wrong with owner events above the stack; those at and below it are checked where they were added. */
function eventProblemsAbove(stack: TerraformStack, keysIn: (scope: IConstruct) => readonly DeclaredKey[]): string[] {
  return stack.node.scopes
    .filter((scope) => scope !== stack && eventsAddedTo(scope).length > 0)
    .flatMap((scope) => ownerEventProblems(scope, keysIn(scope)));
}

/** A block that is repeated must give each of its keys another name. */
function repetitionProblems(keys: readonly DeclaredKey[]): string[] {
  return keys
    .filter(({ count, forEach }) => count !== undefined || forEach !== undefined)
    .filter(({ service, environment }) => !Token.isUnresolved(service) && !Token.isUnresolved(environment))
    .map(
      (key) =>
        `the key ${key.node.path} has a count or forEach, but every one of its keys would be named ${logicalKeyName(key)}; ` +
        "make the service or the environment of each.value or of the count's index",
    );
}

function environmentProblems(keys: readonly DeclaredKey[], providers: readonly KeyturnProvider[]): string[] {
  const problems: string[] = [];
  for (const key of keys) {
    const provider = key.provider ?? providers.find(({ alias }) => alias === undefined);
    if (provider && TerraformStack.of(provider) !== TerraformStack.of(key)) {
      problems.push(
        `the key ${key.node.path} has the provider ${provider.node.path} of another stack; give it one of its own stack`,
      );
    }
    if (!provider && providers.length > 0) {
      problems.push(
        `the key ${key.node.path} names no provider, and every KeyturnProvider of its stack has an alias; give it one with the property provider`,
      );
    }
    if (!(provider instanceof KeyturnProvider) || provider.environment === undefined) continue;
    if (Token.isUnresolved(key.environment) || Token.isUnresolved(provider.environment)) continue;
    if (key.environment === provider.environment) continue;
    problems.push(
      `the key ${key.node.path} is for the environment "${key.environment}", ` +
        `but its provider ${provider.node.path} is for "${provider.environment}"; choose another with the property provider`,
    );
  }
  return problems;
}
