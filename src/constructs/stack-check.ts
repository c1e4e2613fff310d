/**
 * The rules that span a whole stack, checked at synth: no key is declared twice, a repeated block gives each key its own name, and every key is in its provider's environment.
 *
 * One check for each stack, however many keys it has. Values that are tokens are left to the provider.
 */
import { TerraformStack, Token, type TerraformProvider } from "cdktf";
import type { IConstruct } from "constructs";
import { logicalKeyName } from "../model/logical-key";
import { KeyturnProvider } from "./keyturn-provider";

/** What the rules need to know of a key. */
export interface DeclaredKey extends IConstruct {
  readonly service: string;
  readonly environment: string;
  /** Set where one block stands for several keys. */
  readonly count?: unknown;
  readonly forEach?: unknown;
  /** Absent where the key uses the stack's instance without an alias. */
  readonly provider?: TerraformProvider;
}

const checkedStacks = new WeakSet<TerraformStack>();

/** Has the keys of a stack checked when it is synthesised. Any key may call this; the first call counts. */
export function checkKeysAtSynth(stack: TerraformStack, isKey: (found: IConstruct) => found is DeclaredKey): void {
  if (checkedStacks.has(stack)) return;
  checkedStacks.add(stack);
  stack.node.addValidation({
    validate: () => {
      const own = stack.node.findAll().filter((found) => TerraformStack.of(found) === stack);
      const keys = own.filter((found) => isKey(found));
      const providers = own.filter((found) => KeyturnProvider.isKeyturnProvider(found));
      return [...repetitionProblems(keys), ...duplicateProblems(keys), ...environmentProblems(keys, providers)];
    },
  });
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

function duplicateProblems(keys: readonly DeclaredKey[]): string[] {
  const firstPaths = new Map<string, string>();
  const problems: string[] = [];
  for (const key of keys) {
    if (Token.isUnresolved(key.service) || Token.isUnresolved(key.environment)) continue;
    const name = logicalKeyName(key);
    const identity = `${key.provider?.alias ?? ""} ${name}`;
    const firstPath = firstPaths.get(identity);
    if (firstPath === undefined) firstPaths.set(identity, key.node.path);
    else
      problems.push(
        `the key ${name} is declared twice, by ${firstPath} and ${key.node.path}; each would revoke the other's`,
      );
  }
  return problems;
}

function environmentProblems(keys: readonly DeclaredKey[], providers: readonly KeyturnProvider[]): string[] {
  const problems: string[] = [];
  for (const key of keys) {
    const provider = key.provider ?? providers.find(({ alias }) => alias === undefined);
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
