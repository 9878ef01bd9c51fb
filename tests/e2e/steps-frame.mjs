/** The frame, home and the DAG list: what stands around every page and comes first. */

import assert from "node:assert/strict";

const exact = true;

export const frameSteps = [
  {
    name: "home shows how all is, in both themes",
    async run({ page, inspect }) {
      await page.goto("/");
      await page
        .getByRole("region", { name: "Health" })
        .getByText(/online/)
        .waitFor();
      await page.getByText(/successful, \d+ failed/).waitFor();
      await page.getByText("Live", { exact }).waitFor();
      await inspect("home");
    },
  },
  {
    name: "the theme is chosen, kept, and there before the page is painted",
    async run({ page }) {
      const theme = () => page.evaluate(() => document.documentElement.dataset.theme);
      await page.getByRole("button", { name: /Time zone, theme/ }).click();
      await page.getByLabel("Theme", { exact }).selectOption("dark");
      assert.equal(await theme(), "dark");
      await page.goto("/", { waitUntil: "commit" });
      await page.waitForFunction(() => document.body !== null);
      assert.equal(await theme(), "dark");
      await page.getByRole("button", { name: /Time zone, theme/ }).click();
      await page.getByLabel("Theme", { exact }).selectOption("system");
      await page.keyboard.press("Escape");
    },
  },
  {
    name: "the page speaks German and goes back to English",
    async run({ page, inspect }) {
      await page.getByRole("button", { name: /Time zone, theme/ }).click();
      await page.getByLabel("Language", { exact }).selectOption("de");
      await page.getByRole("heading", { name: "Übersicht" }).waitFor();
      await page.keyboard.press("Escape");
      await inspect("home-german");
      await page.getByRole("button", { name: /Zeitzone, Farben/ }).click();
      await page.getByLabel("Sprache", { exact }).selectOption("en");
      await page.getByRole("heading", { name: "Home" }).waitFor();
      await page.keyboard.press("Escape");
    },
  },
  {
    name: "the palette leads to a DAG by its name",
    async run({ page, inspect }) {
      await page.keyboard.press("Control+k");
      await page.getByRole("combobox").fill("hel");
      await page.getByRole("option", { name: "hello", exact, selected: true }).waitFor();
      await inspect("palette");
      await page.keyboard.press("Enter");
      await page.waitForURL(/\/dags\/hello$/);
    },
  },
  {
    name: "keys go to pages and tell what they do",
    async run({ page, inspect }) {
      await page.keyboard.press("g");
      await page.keyboard.press("w");
      await page.waitForURL(/\/workers$/);
      await page.keyboard.press("?");
      await page.getByRole("dialog", { name: "Keyboard shortcuts" }).waitFor();
      await inspect("shortcuts");
      await page.keyboard.press("Escape");
    },
  },
  {
    name: "rows of the DAG list are reached by keys",
    async run({ page }) {
      await page.goto("/dags?q=hello");
      await page.getByRole("link", { name: "hello", exact }).waitFor();
      await page.keyboard.press("j");
      await page.keyboard.press("p");
      await page.getByText("hello is paused.").waitFor();
      await page.getByRole("button", { name: "Undo" }).click();
      await page.getByText("hello is active.").waitFor();
      await page.keyboard.press("j");
      await page.keyboard.press("Enter");
      await page.waitForURL(/\/dags\/hello$/);
    },
  },
  {
    name: "a pause elsewhere shows here at once, in every tab over one stream",
    async run({ page, context, weft }) {
      await page.goto("/dags?q=hello");
      await page.getByRole("switch", { name: "Pause hello", exact }).waitFor();
      const other = await context.newPage();
      const streams = [];
      other.on("request", (request) => {
        if (request.url().includes("/api/v2/events")) streams.push(request.url());
      });
      await other.goto("/dags?q=hello");
      await other.getByRole("switch", { name: "Pause hello", exact }).waitFor();
      await other.getByText("Live", { exact }).waitFor();
      const set = (paused) =>
        fetch(`${weft.url}/api/v2/dags/hello`, {
          method: "PATCH",
          headers: { Authorization: `Bearer ${weft.token}`, "Content-Type": "application/json" },
          body: JSON.stringify({ is_paused: paused }),
        });
      await set(true);
      for (const tab of [page, other]) {
        await tab.getByRole("switch", { name: "Unpause hello", exact }).waitFor({ timeout: 2000 });
      }
      await set(false);
      await page.getByRole("switch", { name: "Pause hello", exact }).waitFor({ timeout: 2000 });
      assert.deepEqual(streams, []);
      await other.close();
    },
  },
  {
    name: "what failed stands on home and is retried from there",
    ownServer: true,
    async run({ page, inspect }) {
      await page.goto("/");
      const failed = page.getByRole("region", { name: /^Failed/ });
      await failed.getByRole("link", { name: "fails_on_purpose" }).first().waitFor();
      await failed
        .getByRole("link", { name: /first: check_stock/ })
        .first()
        .waitFor();
      await failed
        .getByLabel(/Select fails_on_purpose/)
        .first()
        .check();
      await failed.getByRole("button", { name: "Retry 1 run …" }).click();
      const dialog = page.getByRole("dialog", { name: "Retry what failed" });
      await dialog.getByText(/tasks? runs? again/).waitFor();
      await inspect("retry");
      await dialog.getByRole("button", { name: /Retry \d+ task/ }).click();
      await page.getByText("1 run goes on.").waitFor();
    },
  },
  {
    name: "everything is held and goes on again",
    ownServer: true,
    async run({ page, inspect }) {
      await page.goto("/");
      await page.getByRole("button", { name: "Hold everything …" }).click();
      await page.getByRole("button", { name: /Pause \d+ DAGs/ }).waitFor();
      await inspect("hold");
      await page.getByRole("button", { name: /Pause \d+ DAGs/ }).click();
      await page.getByText(/DAGs are held since/).waitFor();
      await page.goto("/dags?q=hello");
      await page.getByRole("switch", { name: "Unpause hello", exact }).waitFor();
      await page.goto("/");
      await page.getByRole("button", { name: "Resume …" }).click();
      await page.getByRole("button", { name: /Unpause \d+ DAGs/ }).click();
      await page.getByText(/DAGs are held since/).waitFor({ state: "hidden" });
      await page.goto("/dags?q=hello");
      await page.getByRole("switch", { name: "Pause hello", exact }).waitFor();
    },
  },
  {
    name: "home and the palette can be read on a telephone",
    async run({ page, inspect }) {
      await page.setViewportSize({ width: 360, height: 800 });
      await page.goto("/");
      await page
        .getByRole("region", { name: "Health" })
        .getByText(/online/)
        .waitFor();
      const wide = await page.evaluate(() => document.documentElement.scrollWidth);
      assert.ok(wide <= 360, `the page is ${wide} pixels wide`);
      await inspect("home-telephone");
      await page.setViewportSize({ width: 1280, height: 800 });
    },
  },
];
