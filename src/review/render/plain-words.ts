/**
 * Words without markup, which several renderers print: sentences with their texts made inert, places, severities.
 */
import type { Finding, KeyReport, Severity } from "../report/report-schema";
import type { Sentence } from "../../policy/sentence";
import { inert } from "./inert-text";

/** The sentence as plain text in one line. */
export function plain(sentence: Sentence): string {
  return sentence.map((part) => (typeof part === "string" ? part : inert(part.value))).join("");
}

/** Where something is: the construct if it is known, the address, and the stack. */
export function placeInWords({
  stack,
  address,
  constructPath,
}: Pick<Finding, "stack" | "address" | "constructPath">): string {
  if (address === null) return `stack ${inert(stack)}`;
  const path = constructPath === null ? [] : [`construct ${inert(constructPath)}`];
  return [...path, inert(address), `stack ${inert(stack)}`].join(", ");
}

/** What a severity is called. */
export const severityWords: Readonly<Record<Severity, string>> = { deny: "denied", warn: "warning", note: "note" };

/** What becomes of whoever uses a key that is not kept. */
export const accessWords: Readonly<Record<Exclude<KeyReport["access"], "kept">, string>> = {
  lost: "whoever uses it has no key that works any more",
  interrupted: "whoever uses it has no key that works until the new one is read",
};

/** Who has allowed a finding, until when, and why. */
export function exceptionInWords({ owner, reason, until }: NonNullable<Finding["exception"]>): string {
  return `excepted until ${inert(until)} by ${inert(owner)}: ${inert(reason)}`;
}
