/**
 * What a rule about one key is: a function that says what is wrong with it, in as many sentences as there are wrongs.
 */
import type { EnvironmentPolicy } from "../../policy/policy";
import type { ReviewedKey } from "../meaning/report-of-key";
import type { Sentence } from "../../policy/sentence";
import type { RuleId } from "../../policy/rules";

/** Says what is wrong with a key; nothing, if all is well or cannot be judged. */
type KeyRule = (key: ReviewedKey, policy: EnvironmentPolicy) => readonly Sentence[];

/** Rules by their ids. */
export type KeyRules = Readonly<Partial<Record<RuleId, KeyRule>>>;
