/**
 * A real browser through the whole thing: sign in → DAG list → trigger → run → log line.
 *
 * `npm --prefix web run e2e`. Uses WEFT_URL and WEFT_TOKEN if they are set, else starts
 * `build/weft dev` (or WEFT_BINARY) on a free port. Pictures go to E2E_SHOTS or a temporary folder.
 * E2E_ONLY='^roles:' runs the steps whose names match; those with a colon stand on no other group.
 * E2E_PAGE=web/dist tries the page that lies there instead of the binary's.
 * Exits 0 when all is well or when there is no Chromium (it says SKIPPED), else 1.
 */

import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findChromium, openBrowser } from "./browser.mjs";
import { steps } from "./steps.mjs";
import { openWeft } from "./weft.mjs";

const chromium = findChromium();
if (!chromium) {
  console.log("SKIPPED e2e: no Chromium found (apt install chromium, or set CHROMIUM)");
  process.exit(0);
}

const folder = mkdtempSync(join(tmpdir(), "weft-e2e-"));
const shots = process.env.E2E_SHOTS ?? mkdtempSync(join(tmpdir(), "weft-e2e-shots-"));
mkdirSync(shots, { recursive: true });
let status = 1;
let weft;
let browser;
try {
  weft = await openWeft(folder);
  console.log(`e2e: ${weft.url} with ${chromium}; pictures in ${shots}`);
  browser = await openBrowser(chromium, weft.url, shots);
  status = await runSteps();
} catch (error) {
  console.error(`e2e: ${error instanceof Error ? error.message : error}`);
} finally {
  await browser?.close();
  await weft?.stop();
  rmSync(folder, { recursive: true, force: true });
}
process.exit(status);

/**
 * In order. Steps without a colon stand on each other: one that fails leaves out the rest of them.
 * A group's (`roles: …`) stand on nothing before them.
 */
async function runSteps() {
  const only = new RegExp(process.env.E2E_ONLY ?? "");
  const failed = [];
  let chainBroke = false;
  for (const { name, ownServer, run } of steps) {
    if (!only.test(name) || (chainBroke && !name.includes(": "))) continue;
    if (ownServer && !weft.own) {
      console.log(`skip  ${name} (needs a server of its own)`);
      continue;
    }
    const began = performance.now();
    try {
      await run({ ...browser, weft, folder });
      const found = browser.problems.splice(0);
      if (found.length > 0) throw new Error(found.join("\n  "));
    } catch (error) {
      const where = await browser.picture("failed").catch(() => browser.page.url());
      console.error(`FAIL  ${name}\n  ${error instanceof Error ? error.message : error}`);
      for (const problem of browser.problems) console.error(`  ${problem}`);
      console.error(`  at ${where}`);
      browser.problems.length = 0;
      failed.push(name);
      chainBroke ||= !name.includes(": ");
      continue;
    }
    console.log(`ok    ${name} (${Math.round(performance.now() - began)} ms)`);
  }
  if (failed.length > 0) console.error(`e2e: ${failed.length} failed: ${failed.join(" | ")}`);
  return failed.length > 0 ? 1 : 0;
}
