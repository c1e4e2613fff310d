/**
 * Policies for keys, checked at synth: the rules of `keyturn review` that need nothing but the declaration.
 *
 * What a policy denies is an error of synth, so that it shows on the author's machine, before any plan.
 */
import { readFileSync } from "node:fs";
import path from "node:path";
import { Token } from "cdktf";
import { Construct, type IConstruct } from "constructs";
import { systemClock, type Clock } from "../model/clock";
import { KeyturnError } from "../model/error";
import { policyOf, readPolicy } from "../policy/policy";
import type { KeyPolicy } from "./key-policy";
import { addPolicyTo } from "./key-policy-list";

/** How a policy is applied. */
export interface KeyPolicyOptions {
  /**
   * What tells the day of the synth, at which exceptions end.
   * @default - the clock of the machine
   */
  readonly clock?: Clock;
}

const instances = new WeakMap<IConstruct, KeyPolicies>();

/**
 * The policies for all keys at and below one construct.
 *
 * ```ts
 * KeyPolicies.of(app).add(KeyPolicies.fromFile("keyturn.policy.json"));
 * KeyPolicies.of(app).add({ owners: ["team-*@acme.example"], thresholds: { maxPeriod: Duration.days(90) } });
 * ```
 *
 * A finding that a policy denies fails the synth, a warning is printed with it, and a note, or what an exception allows, as an information.
 * Several policies add up: each is judged by itself, so none lifts what another one denies. A value that is a token is known only when
 * Terraform runs; no rule judges it here, `not-judged` says so, and `keyturn review` sees it in the plan.
 */
export class KeyPolicies {
  private constructor(private readonly scope: IConstruct) {}

  /**
   * The policies of `scope`: an app, a stack, or any other construct. The same object at every call.
   *
   * @throws KeyturnError INVALID_VALUE if `scope` is no construct
   */
  static of(scope: IConstruct): KeyPolicies {
    if (!Construct.isConstruct(scope)) {
      throw new KeyturnError("INVALID_VALUE", "KeyPolicies.of takes the app, a stack or another construct");
    }
    const existing = instances.get(scope);
    if (existing) return existing;
    const made = new KeyPolicies(scope);
    instances.set(scope, made);
    return made;
  }

  /**
   * Reads a policy from a file, the same that `keyturn review` takes.
   *
   * @param file a path; one that is not absolute is relative to the current folder, where cdktf runs the program
   * @throws KeyturnError INVALID_VALUE if the file cannot be read, or with everything that is wrong in it
   */
  static fromFile(file: string): KeyPolicy {
    const found = path.resolve(file);
    let text: string;
    try {
      text = readFileSync(found, "utf8");
    } catch (error) {
      throw new KeyturnError(
        "INVALID_VALUE",
        `the policy ${found} cannot be read (${String((error as NodeJS.ErrnoException).code)}); correct the path that KeyPolicies.fromFile got`,
      );
    }
    return readPolicy(text, found) as KeyPolicy;
  }

  /**
   * Adds a policy. It may come before or after the keys that it is for.
   *
   * @returns these policies, for the next `add`
   * @throws KeyturnError INVALID_VALUE with everything that is wrong in it; nothing in it may be a token
   */
  add(policy: KeyPolicy, { clock = systemClock }: KeyPolicyOptions = {}): this {
    // As in a file: durations become texts, and what is undefined is left out. Plain JavaScript can pass nothing.
    const text = (JSON.stringify(policy) as string | undefined) ?? "null";
    const name = `that was added to ${this.scope.node.path === "" ? "the app" : this.scope.node.path}`;
    if (Token.isUnresolved(text)) {
      throw new KeyturnError("INVALID_VALUE", `the policy ${name} has a token in it; it must be known at synth`);
    }
    addPolicyTo(this.scope, { policy: policyOf(readPolicy(text, name)), clock });
    return this;
  }
}
