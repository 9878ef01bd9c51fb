/** The DAG's page and its tabs. Stands on the steps before it: `hello` has a run that ended well. */

import assert from "node:assert/strict";

const exact = true;

async function tab(page, name) {
  await page
    .getByRole("navigation", { name: "DAG", exact })
    .getByRole("link", { name, exact })
    .click();
}

/** The grid's one cell in the document. */
const cell = (page) => page.locator("[role=grid] [aria-colindex]");

export const dagSteps = [
  {
    name: "the grid is walked by keyboard, and Enter opens a task instance",
    async run({ page, inspect }) {
      await page.goto("/dags/hello");
      await page.getByRole("grid").waitFor();
      await inspect("dag-grid");
      await cell(page).focus();
      assert.match(await cell(page).getAttribute("aria-label"), /^greet, run .*: Success$/);
      await page.keyboard.press("Home");
      assert.equal(await cell(page).getAttribute("role"), "rowheader");
      await page.keyboard.press("End");
      await page.keyboard.press("Enter");
      await page.waitForURL(/\/dags\/hello\/runs\/.+\/tasks\/greet/);
      await page.goBack();
    },
  },
  {
    name: "a click on the grid's canvas opens what is under it",
    async run({ page }) {
      const grid = page.getByRole("grid");
      await grid.waitFor();
      await cell(page).focus();
      const box = await cell(page).boundingBox();
      await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
      await page.waitForURL(/\/tasks\/greet/);
      await page.goBack();
    },
  },
  {
    name: "the grid's filters are in its URL, and say when nothing is left",
    async run({ page }) {
      await page.getByLabel("State of the runs").selectOption("queued");
      await page.getByText(/None of these .* is like this/).waitFor();
      assert.match(page.url(), /state=queued/);
      await page.getByLabel("State of the runs").selectOption("");
      await page.getByLabel("Search tasks").fill("no such task");
      await page.getByText(/No task is like this/).waitFor();
    },
  },
  {
    name: "the graph shows the run's states, also as a list",
    async run({ page, inspect }) {
      await page.goto("/dags/hello/graph");
      await page.locator(".graph-task", { hasText: "greet" }).waitFor();
      await inspect("dag-graph");
      await page.getByRole("button", { name: "List", exact }).click();
      await page
        .getByRole("row", { name: /greet/ })
        .first()
        .getByText("Success", { exact })
        .first()
        .waitFor();
      await inspect("dag-graph-list");
    },
  },
  {
    name: "the time line, the calendar, the tasks and their durations are drawn",
    async run({ page, inspect }) {
      await tab(page, "Gantt");
      await page.getByRole("link", { name: /^greet, Success/ }).waitFor();
      await inspect("dag-gantt");
      await tab(page, "Calendar");
      await page.locator(".cal-day[aria-current=date]").waitFor();
      await inspect("dag-calendar");
      await tab(page, "Tasks");
      await page.getByRole("button", { name: "Durations of greet" }).click();
      await page.locator(".uplot canvas").waitFor();
      await inspect("dag-tasks");
    },
  },
  {
    name: "a day of the calendar leads to its runs",
    async run({ page }) {
      await page.goto("/dags/hello/calendar");
      const day = page.locator("button.cal-day.state-success").last();
      await day.click();
      await page.waitForURL(/\/dags\/hello\/runs\?.*from=/);
      await page
        .getByRole("link", { name: /^manual__/ })
        .first()
        .waitFor();
    },
  },
  {
    name: "the code explains its keys",
    async run({ page, inspect }) {
      await tab(page, "Code");
      await page.getByRole("button", { name: '"tasks"', exact }).click();
      await page
        .getByRole("region", { name: "What tasks means" })
        .getByText(/order in the file/)
        .waitFor();
      assert.match(page.url(), /key=%2Ftasks/);
      await inspect("dag-code");
    },
  },
  {
    name: "versions, details and events have their tabs",
    async run({ page, inspect }) {
      await tab(page, "Versions");
      await page.getByText("active", { exact }).waitFor();
      await inspect("dag-versions");
      await tab(page, "Details");
      await page.getByText("Tasks at once, per run").waitFor();
      await inspect("dag-details");
      await tab(page, "Events");
      await page.getByRole("columnheader", { name: "Who" }).waitFor();
      await inspect("dag-events");
    },
  },
  {
    name: "a backfill is previewed, made, and comes to its end",
    ownServer: true,
    async run({ page, inspect }) {
      await page.goto("/dags/e2e_daily/backfills");
      await page.getByRole("button", { name: "New backfill" }).click();
      const dialog = page.getByRole("dialog");
      await dialog.getByRole("button", { name: "Preview" }).click();
      await dialog.getByLabel("First logical date (UTC)").fill("2026-01-02");
      await dialog.getByLabel("Last logical date (UTC)").fill("2026-01-04");
      await inspect("backfill-wizard");
      await dialog.getByRole("button", { name: "Preview" }).click();
      await dialog.getByText("3 dates").waitFor();
      await inspect("backfill-preview");
      await dialog.getByRole("button", { name: "Start 3 runs" }).click();
      await page.getByRole("cell", { name: "Completed" }).waitFor();
      await page.getByText("3 of 3").waitFor();
      await inspect("backfills");
    },
  },
];
