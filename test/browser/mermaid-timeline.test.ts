/**
 * The timelines of Markdown reports, read and drawn by Mermaid itself, as code hosts do it.
 */
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { mermaidTimeline } from "../../src/review/render/mermaid-timeline";
import { describeInBrowser } from "../support/browser";
import { goldenFolder, goldenNames } from "../support/golden";
import { hostileTexts, reportOn } from "../support/hostile-report";
import { temporaryFolder } from "../support/temporary-folder";

jest.setTimeout(120_000);

const mermaid = require.resolve("mermaid/dist/mermaid.min.js");
const fence = /^```mermaid\n(?<chart>[^]*?)\n```$/gm;

/** The charts of the golden Markdown reports, by scenario. */
function goldenCharts(): readonly (readonly [string, string])[] {
  return goldenNames().flatMap((name) => {
    const markdown = readFileSync(path.join(goldenFolder, name, "report.md"), "utf8");
    return [...markdown.matchAll(fence)].map(({ groups }) => [name, groups?.["chart"] ?? ""] as const);
  });
}

describeInBrowser("Mermaid", (open) => {
  const file = path.join(temporaryFolder(), "mermaid.html");
  writeFileSync(file, `<!doctype html><title>m</title><script src="${pathToFileURL(mermaid).href}"></script>`);

  test("reads and draws every timeline of the catalogue, and of hostile names", async () => {
    const charts = [
      ...goldenCharts(),
      ...hostileTexts.map(([name, text]) => [name, mermaidTimeline(reportOn(text)).join("\n")] as const),
    ];
    expect(charts.length).toBeGreaterThan(40);
    const { page } = await open({ file });
    const read = (await page.evaluate(
      `(async () => {
        mermaid.initialize({ startOnLoad: false, securityLevel: "strict" });
        const results = [];
        for (const [name, chart] of ${JSON.stringify(charts)}) {
          try {
            const { diagramType } = await mermaid.parse(chart);
            const { svg } = await mermaid.render("chart" + results.length, chart);
            const drawn = new DOMParser().parseFromString(svg, "text/html");
            results.push([name, diagramType, drawn.querySelectorAll("rect.task").length, drawn.querySelectorAll("a, script, img").length]);
          } catch (error) {
            results.push([name, String(error), 0, 0]);
          }
        }
        return results;
      })()`,
    )) as readonly unknown[];
    const bars = (chart: string): number => chart.match(/ :.*g\d+x\d+,/g)?.length ?? 0;
    expect(read).toEqual(charts.map(([name, chart]) => [name, "gantt", bars(chart), 0]));
    await page.close();
  });
});
