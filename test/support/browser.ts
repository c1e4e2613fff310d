/**
 * The real Chromium, without a network: it opens files, runs pages, and is closed again.
 *
 * It is looked for in CHROMIUM, and on the PATH. Where there is none, the tests of the browser are skipped, and the run says so.
 */
import { accessSync, constants } from "node:fs";
import path from "node:path";
import puppeteer, { type Browser, type Page } from "puppeteer-core";

const names = ["chromium", "chromium-browser", "google-chrome"];

/** Where Chromium is; undefined if there is none. */
function chromiumPath(): string | undefined {
  const named = process.env["CHROMIUM"];
  if (named) return named;
  const folders = (process.env["PATH"] ?? "").split(path.delimiter).filter((folder) => folder !== "");
  return folders.flatMap((folder) => names.map((name) => path.join(folder, name))).find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** `describe`, where there is a browser; else tests that are skipped, with the reason in their name. */
export function describeInBrowser(name: string, tests: (open: OpenPage) => void): void {
  const executablePath = chromiumPath();
  if (executablePath === undefined) {
    describe.skip(`${name} (skipped: there is no chromium on the PATH, and CHROMIUM does not name one)`, () => {
      tests(() => Promise.reject(new Error("there is no browser")));
    });
    return;
  }
  describe(name, () => {
    let browser: Browser;
    beforeAll(async () => {
      // A container has no user namespaces for the sandbox, and the pages are our own.
      browser = await puppeteer.launch({ executablePath, args: ["--no-sandbox", "--disable-dev-shm-usage"] });
    }, 60_000);
    afterAll(async () => {
      await browser.close();
    });
    tests((options) => openPage(browser, options));
  });
}

/** How a page is opened. */
interface PageOptions {
  readonly file: string;
  readonly scripts?: "on" | "off";
  readonly colours?: "light" | "dark";
  readonly widthPx?: number;
}

/** An open page, what it has asked for, and what it has complained of. */
interface OpenedPage {
  readonly page: Page;
  /** Addresses other than that of the file. */
  readonly requests: readonly string[];
  /** Errors of scripts, refusals of the policy, and whatever was written to the console. */
  readonly complaints: readonly string[];
}

export type OpenPage = (options: PageOptions) => Promise<OpenedPage>;

async function openPage(
  browser: Browser,
  { file, scripts = "on", colours = "light", widthPx = 1280 }: PageOptions,
): Promise<OpenedPage> {
  const page = await browser.newPage();
  const url = `file://${file}`;
  const requests: string[] = [];
  const complaints: string[] = [];
  page.on("request", (request) => {
    if (request.url() !== url) requests.push(request.url());
  });
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("console", (message) => complaints.push(message.text()));
  page.on("dialog", (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  await page.setJavaScriptEnabled(scripts === "on");
  await page.setViewport({ width: widthPx, height: 900 });
  await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: colours }]);
  await page.goto(url, { waitUntil: "load" });
  return { page, requests, complaints };
}
