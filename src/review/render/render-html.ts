/**
 * The report as one page of HTML that needs nothing else: no network, no font, no image, and no script to be read.
 *
 * Its policy lets the browser run and apply what keyturn has written, by digest, and nothing that came with a plan.
 */
import { createHash } from "node:crypto";
import type { Report } from "../report/report-schema";
import { describeVerdict, outcomeWords } from "./describe-report";
import { findingsSection } from "./html/findings-section";
import { generationsSection, timelineSection } from "./html/generations-section";
import { markup, phrase, raw } from "./html/html-text";
import { pageScript } from "./html/page-script";
import { keysSection } from "./html/keys-section";
import { pageStyle } from "./html/page-style";
import { stacksSection } from "./html/stacks-section";

const icons: Readonly<Record<Report["verdict"]["outcome"], string>> = {
  denied: "✕",
  warned: "⚠",
  clear: "✓",
  nothing: "✓",
};

/** A page with a line break at its end. */
export function renderHtml(report: Report): string {
  const { outcome } = report.verdict;
  const policy = [
    "default-src 'none'",
    `style-src '${digest(pageStyle)}'`,
    `script-src '${digest(pageScript)}'`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
  const sections = [findingsSection, timelineSection, keysSection, generationsSection, stacksSection];
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${outcomeWords(report.verdict)}: planned changes of keys</title>
${raw("style", pageStyle)}
</head>
<body>
<a class="skip" href="#findings">Skip to the findings</a>
<header>
<h1>Planned changes of keys</h1>
<div class="verdict ${outcome}">
<strong><span aria-hidden="true">${icons[outcome]}</span> ${outcomeWords(report.verdict)}</strong>
<p>${phrase(describeVerdict(report))}</p>
</div>
</header>
<main>
${sections.map((section) => section(report))}</main>
<footer>
<p>Made by keyturn review from plans, which hold no evidence of use: the apply looks again before it revokes.</p>
</footer>
${raw("script", pageScript)}
</body>
</html>
`.text;
}

function digest(text: string): string {
  return `sha256-${createHash("sha256").update(text).digest("base64")}`;
}
