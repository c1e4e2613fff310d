/**
 * The page of a review, opened in the real Chromium: read, searched, sorted, and judged for those who do not see or do not use a mouse.
 */
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { Page } from "puppeteer-core";
import { renderHtml } from "../../src/review/render/render-html";
import { describeInBrowser } from "../support/browser";
import { goldenFolder, goldenNames, goldenReport, scenariosInEveryFormat } from "../support/golden";
import { hostileTexts, reportOn } from "../support/hostile-report";
import { temporaryFolder } from "../support/temporary-folder";

jest.setTimeout(120_000);

const folder = temporaryFolder();
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

function pageOf(name: string): string {
  const file = path.join(folder, `${name}.html`);
  writeFileSync(file, renderHtml(goldenReport(name)));
  return file;
}

/** The rows of a table that can be seen, by the text of one of their cells. */
async function shownCells(page: Page, table: string, column: number): Promise<readonly string[]> {
  return (await page.evaluate(
    `[...document.querySelectorAll("#${table} tbody tr")].filter((row) => row.checkVisibility()).map((row) => row.cells[${column}].innerText.split("\\n")[0].trim())`,
  )) as readonly string[];
}

async function textOf(page: Page, selector: string): Promise<unknown> {
  return await page.evaluate(`document.querySelector(${JSON.stringify(selector)}).textContent`);
}

async function sortOf(page: Page, selector: string): Promise<unknown> {
  return await page.evaluate(`document.querySelector(${JSON.stringify(selector)}).getAttribute("aria-sort")`);
}

describeInBrowser("the page of a review", (open) => {
  test("asks for nothing, complains of nothing, and says the same with scripts off", async () => {
    const file = pageOf("against-policy");
    const [on, off] = [await open({ file }), await open({ file, scripts: "off" })];
    for (const { requests, complaints } of [on, off])
      expect({ requests, complaints }).toEqual({ requests: [], complaints: [] });
    const column = 1;
    const rules = await shownCells(on.page, "findings-table", column);
    expect(rules).toHaveLength(7);
    // The page's own scripts are off; the test may still look.
    expect(await shownCells(off.page, "findings-table", column)).toEqual(rules);
    expect(await on.page.$$("button, input, select")).not.toHaveLength(0);
    expect(await off.page.$$("button, input, select")).toHaveLength(0);
    expect(await off.page.$("svg.chart rect.bar")).not.toBeNull();
    await on.page.close();
    await off.page.close();
  });

  test("is narrowed down by words and by a list, and says how much is left", async () => {
    const { page } = await open({ file: pageOf("against-policy") });
    const tools = "section[aria-labelledby=findings] .tools";
    await page.type(`${tools} input`, "shorter rotation");
    expect(await shownCells(page, "findings-table", 1)).toEqual(["period-too-long"]);
    expect(await textOf(page, `${tools} [role=status]`)).toBe("1 of 7 shown");
    await page.click(`${tools} input`, { count: 3 });
    await page.keyboard.press("Backspace");
    await page.select(`${tools} select`, "warning");
    expect(await shownCells(page, "findings-table", 0)).toEqual(["warning", "warning"]);
    await page.select(`${tools} select`, "all");
    expect(await shownCells(page, "findings-table", 0)).toHaveLength(7);
    await page.close();
  });

  test("is sorted by clicks and by the keyboard, and tells so", async () => {
    const { page } = await open({ file: pageOf("several-stacks") });
    const heading = "#keys-table thead th:first-child";
    const names = await shownCells(page, "keys-table", 0);
    await page.click(`${heading} button`);
    expect(await shownCells(page, "keys-table", 0)).toEqual([...names].sort());
    expect(await sortOf(page, heading)).toBe("ascending");
    await page.focus(`${heading} button`);
    await page.keyboard.press("Enter");
    expect(await shownCells(page, "keys-table", 0)).toEqual([...names].sort().reverse());
    expect(await sortOf(page, heading)).toBe("descending");
    await page.click("#keys-table thead th:nth-child(2) button");
    expect(await sortOf(page, heading)).toBeNull();
    await page.close();
  });

  test("sorts severities by weight, not by letters", async () => {
    const { page } = await open({ file: pageOf("against-policy") });
    await page.click("#findings-table thead th:first-child button");
    await page.click("#findings-table thead th:first-child button");
    expect(new Set(await shownCells(page, "findings-table", 0))).toEqual(new Set(["note", "warning", "denied"]));
    expect((await shownCells(page, "findings-table", 0))[0]).toBe("note");
    await page.close();
  });

  test("shows where the focus is, and leads past the head", async () => {
    const { page } = await open({ file: pageOf("against-policy") });
    await page.keyboard.press("Tab");
    expect(await page.evaluate("document.activeElement.className")).toBe("skip");
    expect(await page.evaluate("document.activeElement.getBoundingClientRect().left >= 0")).toBe(true);
    await page.keyboard.press("Enter");
    expect(await page.evaluate("location.hash")).toBe("#findings");
    await page.keyboard.press("Tab");
    expect(await page.evaluate("getComputedStyle(document.activeElement).outlineStyle")).toBe("solid");
    await page.close();
  });

  test("prints all rows, also those that a search has hidden", async () => {
    const { page } = await open({ file: pageOf("against-policy") });
    await page.type("section[aria-labelledby=findings] .tools input", "rotation");
    await page.emulateMediaType("print");
    expect(await shownCells(page, "findings-table", 0)).toHaveLength(7);
    expect(await page.evaluate(`document.querySelector(".tools").checkVisibility()`)).toBe(false);
    await page.close();
  });

  test.each<["light" | "dark", readonly string[]]>([
    ["light", goldenNames()],
    ["dark", scenariosInEveryFormat],
  ])("has no fault that axe finds, in %s", async (colours, names) => {
    const faults: string[] = [];
    for (const name of names) {
      const { page } = await open({ file: pageOf(name), colours });
      await page.evaluate(axe);
      const { violations } = (await page.evaluate("axe.run()")) as {
        violations: readonly { readonly id: string; readonly nodes: readonly { readonly html: string }[] }[];
      };
      faults.push(...violations.flatMap(({ id, nodes }) => nodes.map((node) => `${name}: ${id}: ${node.html}`)));
      await page.close();
    }
    expect(faults).toEqual([]);
  });

  test.each([480, 1280])("scrolls no further than its own boxes on a screen of %i pixels", async (widthPx) => {
    const file = path.join(folder, "wide.html");
    writeFileSync(file, renderHtml(reportOn("n".repeat(255))));
    const { page } = await open({ file, widthPx });
    expect(await page.evaluate("document.documentElement.scrollWidth <= innerWidth")).toBe(true);
    await page.close();
  });

  test("takes no text of a plan for markup", async () => {
    const known = await elementsOf(renderHtml(reportOn("harmless")));
    for (const [name, text] of hostileTexts) {
      expect({ name, found: await elementsOf(renderHtml(reportOn(text))) }).toEqual({ name, found: known });
    }
  });

  /** The names of elements and attributes that the browser has made of a page, without what scripts add; and that nothing has run. */
  async function elementsOf(text: string): Promise<readonly string[]> {
    const file = path.join(folder, "hostile.html");
    writeFileSync(file, text);
    const { page, requests, complaints } = await open({ file, scripts: "off" });
    expect({ requests, complaints }).toEqual({ requests: [], complaints: [] });
    const names = (await page.evaluate(
      `[...new Set([...document.querySelectorAll("*")].flatMap((each) => [each.localName, ...each.getAttributeNames().map((name) => each.localName + "." + name)]))].sort()`,
    )) as readonly string[];
    await page.close();
    return names.filter((name) => name !== "i" && name !== "code.dir");
  }

  test("lets nothing run that keyturn has not written", async () => {
    const file = path.join(folder, "injected.html");
    const page = renderHtml(goldenReport("create"));
    writeFileSync(
      file,
      page.replace("</main>", `<script>document.title = "run"</script><img src="https://evil.example/x.png"></main>`),
    );
    const { page: opened, complaints } = await open({ file });
    expect(await opened.title()).not.toBe("run");
    expect(complaints.join("\n")).toMatch(/Content Security Policy[^]*Content Security Policy/);
    await opened.close();
  });
});

test("the golden pages are those that the browser is shown", () => {
  expect(renderHtml(goldenReport("retire"))).toBe(
    readFileSync(path.join(goldenFolder, "retire", "report.html"), "utf8"),
  );
});
