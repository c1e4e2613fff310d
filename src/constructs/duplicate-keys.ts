/**
 * No key is declared twice in one workspace, neither in a stack nor in two stacks of an app: each declaration would take the other's
 * key for a predecessor of its own, and end it.
 *
 * Two stacks are in one workspace if the settings of their providers are the same in the code. Where those are tokens, which only
 * Terraform knows, they may be different, and pass.
 */
import { TerraformStack, Token, type TerraformProvider } from "cdktf";
import type { IConstruct } from "constructs";
import { logicalKeyName } from "../model/logical-key";
import { KeyturnProvider } from "./keyturn-provider";

/** What the rule needs to know of a key. */
export interface NamedKey extends IConstruct {
  readonly service: string;
  readonly environment: string;
  /** Absent where the key uses the stack's instance without an alias. */
  readonly provider?: TerraformProvider;
}

/** The keys of `stack` that are declared a second time, in it or in another stack, given all keys of the app. */
export function duplicateKeyProblems(stack: TerraformStack, keysOfApp: readonly NamedKey[]): string[] {
  const workspaceOf = workspaceFinder();
  const firsts = new Map<string, NamedKey>();
  const problems: string[] = [];
  for (const key of keysOfApp) {
    if (Token.isUnresolved(key.service) || Token.isUnresolved(key.environment)) continue;
    const name = logicalKeyName(key);
    const identity = `${workspaceOf(key)} ${name}`;
    const first = firsts.get(identity);
    if (first === undefined) firsts.set(identity, key);
    else if ([first, key].some((found) => TerraformStack.of(found) === stack))
      problems.push(problemOf(name, first, key));
  }
  return problems;
}

function problemOf(name: string, first: NamedKey, second: NamedKey): string {
  const problem = `the key ${name} is declared twice, by ${first.node.path} and ${second.node.path}; each would revoke the other's`;
  const isInOneProvider = TerraformStack.of(first) === TerraformStack.of(second) && first.provider === second.provider;
  if (isInOneProvider) return problem;
  return `${problem}. Their providers have the same settings; if they reach different workspaces, tell them apart by projectId or endpoint`;
}

/** Finds what is known of a key's workspace. The default provider of each stack is looked up once. */
function workspaceFinder(): (key: NamedKey) => string {
  const defaults = new Map<TerraformStack, KeyturnProvider | undefined>();
  return (key) => {
    const stack = TerraformStack.of(key);
    if (!key.provider && !defaults.has(stack)) defaults.set(stack, defaultProviderOf(stack));
    const provider = key.provider ?? defaults.get(stack);
    const known = provider instanceof KeyturnProvider ? provider.workspace : undefined;
    return known ?? `${stack.node.path} ${provider?.alias ?? ""}`;
  };
}

function defaultProviderOf(stack: TerraformStack): KeyturnProvider | undefined {
  return stack.node
    .findAll()
    .filter((found) => KeyturnProvider.isKeyturnProvider(found))
    .find((provider) => provider.alias === undefined && TerraformStack.of(provider) === stack);
}
