/** A real browser with ears: whatever goes wrong on a page is remembered and fails the test. */

import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { serveInstead } from "./page.mjs";

const require = createRequire(new URL("../../web/package.json", import.meta.url));
const { chromium } = require("playwright-core");
const axe = require("axe-core");

const PLACES = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** The path of a Chromium, or null. */
export function findChromium() {
  const given = process.env.CHROMIUM;
  if (given) return existsSync(given) ? given : null;
  return PLACES.find((path) => existsSync(path)) ?? null;
}

export async function openBrowser(executablePath, url, folder) {
  const browser = await chromium.launch({
    executablePath,
    args: ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"],
  });
  const problems = [];
  let tolerated = /^$/;
  /** What was tolerated when an address was asked for: its answer may come a step later. */
  const toleratedOf = new Map();
  const note = (text, url) => {
    if (!tolerated.test(text) && !toleratedOf.get(url)?.test(text)) problems.push(text);
  };
  let newest;
  const listenTo = (page) => {
    newest = page;
    page.setDefaultTimeout(20_000);
    page.on("request", (request) => toleratedOf.set(request.url(), tolerated));
    page.on("pageerror", (error) => note(`script error: ${error.message}`));
    page.on("console", (message) => {
      if (message.type() === "error" || /Content Security Policy/i.test(message.text())) {
        const { url: cause } = message.location();
        note(`console: ${message.text()} (${cause})`, cause);
      }
    });
  };
  const open = async (options = {}) => {
    const context = await browser.newContext({
      baseURL: url,
      viewport: { width: 1280, height: 800 },
      colorScheme: "light",
      ...options,
    });
    await serveInstead(context, url);
    context.on("page", listenTo);
    return context;
  };
  const context = await open();
  const page = await context.newPage();

  let shots = 0;
  return {
    page,
    context,
    problems,
    /** Another browser, as far as the server can tell; its pages are listened to as well. */
    open,
    /** From now on, messages that match are what the test provokes, and so is what is asked for now. */
    tolerate: (pattern) => {
      tolerated = pattern;
    },
    close: () => browser.close(),
    /** Takes a picture and checks accessibility, in light and in dark. */
    async inspect(name, shown = page, themes = ["light", "dark"]) {
      for (const colorScheme of themes) {
        await shown.emulateMedia({ colorScheme, reducedMotion: "reduce" });
        shots += 1;
        const file = `${String(shots).padStart(2, "0")}-${name}-${colorScheme}.png`;
        await shown.screenshot({ path: join(folder, file) });
        for (const finding of await violations(shown)) {
          problems.push(`axe on ${name} (${colorScheme}): ${finding}`);
        }
      }
      await shown.emulateMedia({ colorScheme: "light", reducedMotion: "reduce" });
    },
    /** What stands on the page that was opened last, and where that is. */
    async picture(name) {
      shots += 1;
      const shown = newest.isClosed() ? page : newest;
      await shown.screenshot({
        path: join(folder, `${String(shots).padStart(2, "0")}-${name}.png`),
      });
      return shown.url();
    },
  };
}

async function violations(page) {
  // Evaluated through the debugger, so the page's content policy stays as strict as it is.
  await page.evaluate(axe.source);
  const found = await page.evaluate(async () => {
    const result = await globalThis.axe.run(document, { resultTypes: ["violations"] });
    return result.violations.map(({ id, help, nodes }) => ({
      id,
      help,
      nodes: nodes.map((node) => `${node.html.slice(0, 200)} ${node.failureSummary ?? ""}`),
    }));
  });
  return found.map(
    ({ id, help, nodes }) => `${id}: ${help}\n    ${nodes.slice(0, 5).join("\n    ")}`,
  );
}
