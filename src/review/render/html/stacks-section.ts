/**
 * The plans that were read.
 */
import type { Report } from "../../report/report-schema";
import { counted } from "../describe-report";
import { inert } from "../inert-text";
import { table, type Row } from "./html-table";
import { markup, time, value, type Html } from "./html-text";
import { section } from "./section";

const columns = [
  { title: "Stack" },
  { title: "Keys" },
  { title: "Planned at" },
  { title: "Plan", isGroup: true },
  { title: "Version" },
  { title: "File" },
];

/** The section. */
export function stacksSection({ stacks }: Report): Html {
  const content = table({ id: "stacks-table", caption: "Stacks", columns, rows: stacks.map(stackRow) });
  return section("stacks", "Stacks", content);
}

function stackRow(stack: Report["stacks"][number]): Row {
  const { name, file, terraformVersion, plannedAt, keys } = stack;
  const wholeness = stack.isErrored ? "planning failed" : stack.isIncomplete ? "not whole" : "whole";
  return {
    group: wholeness,
    cells: [
      { shows: value(name), sortsBy: inert(name) },
      { shows: markup`${counted(keys, "key")}`, sortsBy: keys },
      { shows: plannedAt === null ? markup`<i>unknown</i>` : time(plannedAt), sortsBy: plannedAt ?? "" },
      { shows: markup`${wholeness}` },
      { shows: value(terraformVersion) },
      { shows: value(file) },
    ],
  };
}
