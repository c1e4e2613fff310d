/**
 * The file that a code host shows a finding in.
 */
import { known, type Shown } from "../../policy/shown";
import { visible } from "./inert-text";
import type { Report } from "../report/report-schema";

/** What stands for a plan that came from the input. */
const withoutFile = "plan.json";

/** Gives the file of a stack by its name: relative, with slashes, and inert; it may have any other characters. */
export function sourceFiles({ stacks }: Report): (stack: Shown<string>) => string {
  // The first of several with one name: a report tells stacks apart by nothing else.
  const files = new Map(stacks.toReversed().map(({ name, file }) => [known(name), known(file)]));
  return (stack) => visible(files.get(known(stack)) ?? withoutFile);
}
