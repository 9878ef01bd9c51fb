/** The page of a run and of a task instance, and the forms. Own server: they change things. */

import assert from "node:assert/strict";
import { triggerFrom } from "./trigger.mjs";

const exact = true;

export const runSteps = [
  {
    name: "a failed run shows the end of the log, is acknowledged, and is cleared after a preview",
    ownServer: true,
    async run({ page, inspect }) {
      await page.goto("/dags/fails_on_purpose");
      const form = await triggerFrom(page, "fails_on_purpose");
      await form.getByRole("textbox", { name: "stock" }).fill("4");
      assert.match(await form.getByLabel("Params (JSON)").inputValue(), /"stock": 4/);
      await inspect("trigger-form");
      await form.getByRole("button", { name: "Trigger", exact }).click();
      const first = page.getByRole("region", { name: "First failed task" });
      await first.getByText(/not enough/).waitFor();
      await page.getByRole("button", { name: "Acknowledge" }).click();
      await page.getByText("Acknowledged by admin").waitFor();
      await inspect("run-on-call");
      await first.getByRole("button", { name: "Clear task", exact }).click();
      const dialog = page.getByRole("dialog");
      await dialog.getByText(/This changes \d+ task instances/).waitFor();
      await inspect("clear-preview");
      await dialog.getByRole("button", { name: "Clear", exact }).click();
      await dialog.waitFor({ state: "detached" });
      await first.getByText(/not enough/).waitFor();
    },
  },
  {
    name: "the log is searched, and a line of it is a link",
    ownServer: true,
    async run({ page, inspect }) {
      const first = page.getByRole("region", { name: "First failed task" });
      await first.getByRole("link").first().click();
      await page.getByRole("log").waitFor();
      await page.getByLabel("Search the log").fill("pieces");
      await page.getByRole("button", { name: "Next match" }).click();
      await page.waitForURL(/q=pieces.*at=\d+|at=\d+.*q=pieces/);
      await inspect("log-search");
      await page.reload();
      assert.equal(await page.getByRole("log").locator("mark").first().textContent(), "pieces");
      await page.getByRole("link", { name: "Details" }).click();
      await page.getByRole("region", { name: "All tries" }).waitFor();
      await inspect("task-instance-details");
    },
  },
  {
    name: "a task is marked after a preview",
    ownServer: true,
    async run({ page }) {
      await page.getByRole("button", { name: "Mark as …" }).click();
      const dialog = page.getByRole("dialog");
      await dialog.getByText("This changes 1 task instance:").waitFor();
      await dialog.getByRole("button", { name: "Mark as success" }).click();
      await dialog.waitFor({ state: "detached" });
      await page
        .getByRole("region", { name: "About this task instance" })
        .getByText("Success", { exact })
        .waitFor();
    },
  },
  {
    name: "an output is corrected",
    ownServer: true,
    async run({ page, inspect }) {
      await page.getByRole("link", { name: /Outputs/ }).click();
      await page.getByRole("button", { name: "Add an output" }).click();
      const dialog = page.getByRole("dialog");
      await dialog.getByLabel("Key").fill("counted");
      await dialog.getByLabel("Value (JSON)").fill('{"n": 42}');
      await dialog.getByRole("button", { name: "Save" }).click();
      await page.getByRole("row", { name: /counted/ }).waitFor();
      await inspect("outputs-by-hand");
      await page.getByRole("button", { name: "Delete counted?" }).click();
      await page.getByRole("dialog").getByRole("button", { name: "Delete", exact }).click();
      await page.getByText("This task gave no outputs.").waitFor();
    },
  },
  {
    name: "an approval is answered with its form",
    ownServer: true,
    async run({ page, inspect }) {
      await page.goto("/dags/e2e_approval");
      const form = await triggerFrom(page, "e2e_approval");
      await form.getByLabel("rows").fill("0");
      await form.getByText("At least 1.").waitFor();
      await form.getByLabel("rows").fill("7");
      await form.getByRole("button", { name: "Trigger", exact }).click();
      await page.getByRole("link", { name: "Answer it" }).first().click();
      const box = page.getByRole("region", { name: "Approval" });
      await box.getByLabel("limit").fill("5");
      await inspect("approval");
      await box.getByRole("button", { name: "full", exact }).click();
      await box.getByText("Answered: full").waitFor();
    },
  },
];
