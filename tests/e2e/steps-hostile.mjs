/** Text that would like to be a script: it is shown as text wherever it comes to stand. */

import assert from "node:assert/strict";
import { HOSTILE_DAG, hostile, LOG_LINES } from "./hostile.mjs";
import { done, pageOf } from "./people.mjs";
import { sceneOf } from "./scene.mjs";

/** What no page of Weft has, so whoever finds one found somebody's markup. */
const MARKUP = [
  "#root script",
  "img",
  "iframe",
  "object",
  "embed",
  "[onerror]",
  "[onload]",
  "a[href^='javascript:' i]",
  "a[href^='data:' i]",
].join(",");

const tab = (name) => `/dags/${HOSTILE_DAG}${name}`;

/** Per page: where, and which texts stand there word for word. */
const places = (scene) => {
  const run = `${tab("")}/runs/${encodeURIComponent(scene.shouting)}`;
  return [
    ["/dags?q=onerror", ["name", "description", "owner", "tag"]],
    [tab(""), ["name", "description", "owner", "tag"]],
    [tab("/graph"), ["task"]],
    [tab("/gantt"), ["task"]],
    [tab("/runs"), []],
    [tab("/tasks"), ["task"]],
    [tab("/code"), []],
    [tab("/versions"), []],
    [tab("/details"), ["doc", "name", "owner"]],
    [run, ["note", "task"]],
    [`${run}/tasks/shout`, ["task"]],
    [`${run}/tasks/shout?tab=details`, []],
    [`${run}/tasks/ask`, ["subject", "body", "option"]],
    ["/import-errors", []],
    ["/variables", ["variable", "variable description"]],
    ["/connections", ["connection", "login"]],
    ["/pools", ["pool"]],
    ["/tokens", ["token"]],
    ["/assets", []],
    [`/asset/${scene.hostileAsset}`, []],
    ["/lineage", []],
    ["/audit", []],
    ["/", []],
  ];
};

async function harmless(page, path) {
  const found = await page.evaluate(
    (markup) => [
      globalThis.owned ?? null,
      ...[...document.querySelectorAll(markup)].map((e) => e.outerHTML),
    ],
    MARKUP,
  );
  assert.deepEqual(found, [null], `on ${path}`);
  assert.doesNotMatch(await page.title(), /^owned/);
}

export const hostileSteps = [
  {
    name: "hostile: markup in names, notes, values and errors is text, and asks no other server",
    ownServer: true,
    async run(all) {
      const scene = await sceneOf(all.weft);
      const { context, page } = await pageOf(all, "admin");
      const elsewhere = [];
      context.on("request", (request) => {
        if (!request.url().startsWith(`${all.weft.url}/`)) elsewhere.push(request.url());
      });
      context.on("dialog", (dialog) => elsewhere.push(`a dialog: ${dialog.message()}`));
      for (const [path, texts] of places(scene)) {
        await page.goto(path);
        await page.getByRole("main").waitFor();
        for (const place of texts) await page.getByText(hostile(place)).first().waitFor();
        await page
          .getByText(/^(Loading|…)/)
          .first()
          .waitFor({ state: "hidden" });
        await harmless(page, path);
      }
      assert.deepEqual(elsewhere, []);
      await context.close();
    },
  },
  {
    name: "hostile: the log shows escape codes, links and turned letters as what they are",
    ownServer: true,
    async run(all) {
      const scene = await sceneOf(all.weft);
      const { context, page } = await pageOf(all, "admin");
      await page.goto(`${tab("")}/runs/${encodeURIComponent(scene.shouting)}/tasks/shout`);
      const log = page.getByRole("log");
      for (const line of LOG_LINES) await log.getByText(line).first().waitFor();
      assert.equal(await log.locator(".ansi-red-fg").first().textContent(), "<b>red</b>");
      await log.getByText("click").waitFor();
      assert.equal(await log.locator("a[href*='javascript' i]").count(), 0);
      // The line behind the one that turns letters round begins at the left, as do all.
      const last = log.getByText(LOG_LINES[3]);
      const first = log.getByText(LOG_LINES[0]);
      assert.equal((await last.boundingBox()).x, (await first.boundingBox()).x);
      await harmless(page, "the log");
      await page.goto(`${page.url()}?tab=outputs`);
      await page.getByText("<script>globalThis.owned=1</script>").first().waitFor();
      await harmless(page, "the outputs");
      await context.close();
    },
  },
  {
    name: "hostile: a form made of it and a preview stay text, and so does what is copied",
    ownServer: true,
    async run(all) {
      await sceneOf(all.weft);
      const { context, page } = await pageOf(all, "admin");
      await page.goto(tab(""));
      await page.getByRole("button", { name: `Trigger ${HOSTILE_DAG}` }).click();
      const dialog = page.getByRole("dialog");
      await dialog.getByText(hostile("help")).first().waitFor();
      const value = await dialog.getByLabel("Params (JSON)").inputValue();
      assert.equal(JSON.parse(value).shout, hostile("default"));
      await harmless(page, "the trigger form");
      await page.keyboard.press("Escape");
      await page.goto("/variables");
      await page.getByRole("button", { name: "Edit: scene_variable" }).click();
      assert.equal(await dialog.getByLabel("Value").inputValue(), hostile("variable"));
      await harmless(page, "the variable's form");
      // A search that is markup comes back from the server and from the URL.
      await page.goto(`/variables?q=${encodeURIComponent(hostile("search"))}`);
      await page.getByText("Nothing matches these filters.").waitFor();
      await harmless(page, "a search");
      await done(all.weft, "GET", "/variables/scene_variable");
      await context.close();
    },
  },
];
