/** What a person does, in order. Each step leaves the browser where the next one starts. */

import assert from "node:assert/strict";
import { dagSteps } from "./steps-dag.mjs";
import { frameSteps } from "./steps-frame.mjs";
import { hostileSteps } from "./steps-hostile.mjs";
import { keyboardSteps } from "./steps-keyboard.mjs";
import { reconnectSteps } from "./steps-reconnect.mjs";
import { roleSteps } from "./steps-roles.mjs";
import { runSteps } from "./steps-run.mjs";
import { systemSteps } from "./steps-system.mjs";
import { viewSteps } from "./steps-views.mjs";
import { triggerFrom } from "./trigger.mjs";
import { signalLiveTask } from "./weft.mjs";

const exact = true;

export const steps = [
  {
    name: "a visitor who is not signed in is asked to",
    async run({ page, inspect }) {
      const response = await page.goto("/dags?q=hello");
      const policy = response.headers()["content-security-policy"] ?? "";
      assert.match(policy, /default-src 'self'/);
      await page.getByLabel("User name").waitFor();
      await inspect("sign-in");
    },
  },
  {
    name: "a wrong password and a wrong token are refused",
    async run({ page, tolerate, problems, inspect }) {
      tolerate(/401/);
      await page.getByLabel("User name").fill("admin");
      await page.getByLabel("Password").fill("wrong");
      await page.getByRole("button", { name: "Sign in", exact }).click();
      await page.getByRole("alert").filter({ hasText: "is wrong" }).waitFor();
      await page.getByRole("button", { name: "Use an API token instead" }).click();
      await inspect("sign-in-token");
      await page.getByLabel("API token").fill("weft_wrong");
      await page.getByRole("button", { name: "Sign in", exact }).click();
      await page.getByRole("alert").filter({ hasText: "does not know this token" }).waitFor();
      problems.splice(0, problems.length, ...problems.filter((text) => text.startsWith("axe")));
      tolerate(/^$/);
    },
  },
  {
    name: "the right token leads to where one wanted to go, by a session that scripts can't see",
    async run({ page, weft, context }) {
      await page.getByLabel("API token").fill(weft.token);
      await page.keyboard.press("Enter");
      await page.getByRole("link", { name: "hello", exact }).waitFor();
      assert.match(page.url(), /\/dags\?q=hello$/);
      const seen = await page.evaluate(() => document.cookie + JSON.stringify({ ...localStorage }));
      assert.doesNotMatch(seen, /weft_/);
      const cookies = await context.cookies();
      const session = cookies.find(({ name }) => name.endsWith("weft_session"));
      assert.equal(session?.httpOnly, true);
      assert.equal(session?.sameSite, "Strict");
    },
  },
  {
    name: "the DAG list filters by name, from the keyboard",
    async run({ page, inspect }) {
      await page.goto("/dags");
      await page.getByRole("link", { name: "hello", exact }).waitFor();
      await inspect("dags");
      await page.keyboard.press("/");
      await page.keyboard.type("no such dag");
      await page.getByText("No DAG matches these filters.").waitFor();
      assert.match(page.url(), /q=no\+such\+dag/);
      await page.getByLabel("Search DAGs").fill("hello");
      await page.getByRole("link", { name: "hello", exact }).waitFor();
    },
  },
  {
    name: "a DAG can be paused and unpaused",
    async run({ page }) {
      await page.getByRole("switch", { name: "Pause hello", exact }).click();
      await page.getByRole("switch", { name: "Unpause hello", exact }).click();
      await page.getByRole("switch", { name: "Pause hello", exact }).waitFor();
    },
  },
  {
    name: "hello is triggered, and its run ends well",
    async run({ page, inspect }) {
      const dialog = await triggerFrom(page, "hello");
      await inspect("trigger");
      await dialog.getByRole("button", { name: "Trigger", exact }).click();
      await page.waitForURL(/\/dags\/hello\/runs\/manual/);
      const about = page.getByRole("region", { name: "About this run" });
      await about.getByText("Success", { exact }).waitFor();
      await inspect("run");
    },
  },
  {
    name: "the run's page opens by its URL, too",
    async run({ page }) {
      await page.reload();
      await page.getByRole("region", { name: "About this run" }).getByText("Success").waitFor();
    },
  },
  {
    name: "a log line of hello is seen",
    async run({ page, inspect }) {
      await page.getByRole("table").getByRole("link", { name: "greet", exact }).click();
      const log = page.getByRole("log");
      await log.getByText(/hello/i).first().waitFor();
      await page.getByText("Complete", { exact }).waitFor();
      await inspect("log");
      await page.getByRole("link", { name: "Details" }).click();
      await page.getByText("Outcome of the try").waitFor();
      await inspect("task-details");
    },
  },
  ...dagSteps,
  {
    name: "a live log grows while its task runs, and is text only",
    ownServer: true,
    async run({ page, inspect, folder }) {
      await page.goto("/dags/e2e_live");
      const dialog = await triggerFrom(page, "e2e_live");
      await dialog.getByText("How many lines to print").waitFor();
      await dialog.getByRole("button", { name: "Trigger", exact }).click();
      await page.waitForURL(/\/dags\/e2e_live\/runs\/manual/);
      await page.getByLabel("Why it is not running").first().waitFor();
      await inspect("run-waiting");
      await page.getByRole("link", { name: "print", exact }).click();
      const log = page.getByRole("log");
      await log.getByText("<img src=x onerror=document.title=1>").waitFor();
      await page.locator("main").getByText("Live", { exact }).waitFor();
      assert.equal(await log.locator(".ansi-green-fg").textContent(), "green");
      await inspect("log-live");
      signalLiveTask(folder);
      await log.getByText("after the signal").waitFor();
      await page.getByText("Complete", { exact }).waitFor();
      await page.getByRole("link", { name: /Outputs/ }).click();
      await page.getByRole("row", { name: /rows/ }).getByText("42").waitFor();
      await inspect("outputs");
      assert.doesNotMatch(await page.title(), /owned|^1$/);
      assert.equal(await page.locator("img").count(), 0);
    },
  },
  {
    name: "a failed run points at its first failed task",
    ownServer: true,
    async run({ page, inspect }) {
      await page.goto("/dags/fails_on_purpose");
      const dialog = await triggerFrom(page, "fails_on_purpose");
      await dialog.getByRole("button", { name: "Trigger", exact }).click();
      const first = page.getByRole("region", { name: "First failed task" });
      await first.getByRole("link").waitFor();
      await inspect("run-failed");
      await first.getByRole("link").click();
      await page.getByRole("log").waitFor();
      await inspect("log-failed");
    },
  },
  {
    name: "a run is cancelled, and keeps a note",
    ownServer: true,
    async run({ page }) {
      await page.goto("/dags/e2e_stuck");
      const dialog = await triggerFrom(page, "e2e_stuck");
      await dialog.getByRole("button", { name: "Trigger", exact }).click();
      await page.waitForURL(/\/dags\/e2e_stuck\/runs\/manual/);
      const about = page.getByRole("region", { name: "About this run" });
      await page.getByRole("cell", { name: "Running", exact }).waitFor();
      await about.getByRole("button", { name: "Cancel run" }).click();
      await page.getByRole("dialog").getByRole("button", { name: "Cancel run" }).click();
      await about.getByText("Failed", { exact }).waitFor();
      await about.getByRole("button", { name: "Add a note" }).click();
      await about.getByLabel("Note").fill("seen by the browser test");
      await about.getByRole("button", { name: "Save note" }).click();
      await about.getByText("seen by the browser test").waitFor();
    },
  },
  ...frameSteps,
  ...runSteps,
  {
    name: "pools, workers and import errors have their pages",
    async run({ page, inspect }) {
      const nav = page.getByRole("navigation", { name: "Main" });
      await nav.getByRole("link", { name: "Pools" }).click();
      await page.getByRole("rowheader", { name: "default_pool" }).waitFor();
      await inspect("pools");
      await nav.getByRole("link", { name: "Workers" }).click();
      await page.getByRole("columnheader", { name: "Slots in use" }).waitFor();
      await inspect("workers");
      await nav.getByRole("link", { name: /Import Errors/ }).click();
      await page.getByRole("heading", { name: "Import Errors" }).waitFor();
      await page.locator("main li, main p").first().waitFor();
      await inspect("import-errors");
    },
  },
  {
    name: "the broken file is among the import errors",
    ownServer: true,
    async run({ page }) {
      await page.getByRole("heading", { name: "broken.dag.json" }).waitFor();
    },
  },
  ...systemSteps,
  ...roleSteps,
  ...keyboardSteps,
  ...hostileSteps,
  ...viewSteps,
  ...reconnectSteps,
  {
    name: "an address that leads nowhere says so",
    async run({ page, tolerate }) {
      tolerate(/404/);
      await page.goto("/dags/no_such_dag");
      await page.getByRole("alert").filter({ hasText: "There is no such DAG" }).waitFor();
      tolerate(/^$/);
    },
  },
  {
    name: "the page can be read on a telephone",
    async run({ page, inspect }) {
      await page.setViewportSize({ width: 390, height: 800 });
      await page.goto("/dags");
      await page.getByRole("link", { name: "hello", exact }).waitFor();
      const wide = await page.evaluate(() => document.documentElement.scrollWidth);
      assert.ok(wide <= 390, `the page is ${wide} pixels wide`);
      await inspect("telephone");
      await page.setViewportSize({ width: 1280, height: 800 });
    },
  },
  {
    name: "signing out ends the session on the server",
    async run({ page, context, tolerate, problems }) {
      tolerate(/401/); // what the page was reading meanwhile
      const [session] = await context.cookies();
      await page.getByRole("button", { name: "Sign out" }).click();
      await page.getByLabel("User name").waitFor();
      assert.deepEqual(await context.cookies(), []);
      const answer = await context.request.get("/api/v2/dags", {
        headers: { cookie: `${session.name}=${session.value}` },
      });
      assert.equal(answer.status(), 401);
      problems.length = 0;
      tolerate(/^$/);
    },
  },
  {
    name: "a password signs in",
    ownServer: true,
    async run({ page, weft }) {
      await page.getByLabel("User name").fill("admin");
      await page.getByLabel("Password").fill(weft.token);
      await page.keyboard.press("Enter");
      await page.getByRole("link", { name: "hello", exact }).waitFor();
    },
  },
  {
    name: "a token in the URL's fragment signs in and is not left there",
    async run({ page, weft, context }) {
      // The browser still believes that it has a session.
      await context.clearCookies();
      await page.goto("about:blank");
      await page.goto(`/dags#token=${encodeURIComponent(weft.token)}`);
      await page.getByRole("link", { name: "hello", exact }).waitFor();
      assert.doesNotMatch(page.url(), /token/);
      const state = JSON.stringify(await context.storageState());
      assert.doesNotMatch(state, new RegExp(weft.token));
    },
  },
  {
    name: "the API's document is browsed, and called with a token, without leaving the server",
    async run({ page, weft, problems }) {
      const elsewhere = (request) => {
        if (!request.url().startsWith(weft.url) && !request.url().startsWith("data:"))
          problems.push(`asks another server: ${request.url()}`);
      };
      page.on("request", elsewhere);
      const response = await page.goto("/docs");
      const policy = response.headers()["content-security-policy"] ?? "";
      assert.match(policy, /default-src 'self'; img-src 'self' data:/);
      assert.doesNotMatch(policy, /unsafe/);
      page.setDefaultTimeout(90_000); // a large document, perhaps on a busy machine
      await page.getByRole("button", { name: "Authorize" }).first().click();
      await page.getByLabel("auth-bearer-value").fill(weft.token);
      const dialog = page.locator(".dialog-ux");
      await dialog.getByRole("button", { name: "Apply credentials" }).first().click();
      await dialog.getByRole("button", { name: "Close" }).last().click();
      await page.locator("[data-tag=Pool] button").first().click();
      const operation = page.locator("#operations-Pool-get_pools");
      await operation.locator("button").first().click();
      await operation.getByRole("button", { name: "Try it out" }).click();
      await operation.getByRole("button", { name: "Execute" }).click();
      await operation.locator(".live-responses-table").getByText("default_pool").first().waitFor();
      page.off("request", elsewhere);
      page.setDefaultTimeout(20_000);
      await page.goto("/dags");
      await page.getByRole("link", { name: "hello", exact }).waitFor();
    },
  },
  {
    name: "when the server goes away the page says so and keeps what it has",
    ownServer: true,
    async run({ page, weft, inspect, tolerate, problems }) {
      tolerate(/ERR_CONNECTION|Failed to load|ERR_EMPTY|ERR_INCOMPLETE/);
      await weft.stop();
      await page.getByText("The server does not answer.").waitFor();
      await page.getByRole("link", { name: "hello", exact }).waitFor();
      await inspect("away");
      problems.splice(0, problems.length, ...problems.filter((text) => text.startsWith("axe")));
    },
  },
];
