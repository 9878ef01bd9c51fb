/** A person without a pointer: nothing here touches the mouse, and a step fails if the page got one. */

import assert from "node:assert/strict";
import { done, PASSWORD } from "./people.mjs";
import { sceneOf } from "./scene.mjs";

const exact = true;
const FAR = 120;

/** What has the focus: told so that a failure names it. */
const focused = (page) =>
  page.evaluate(() => {
    const element = document.activeElement;
    if (!element || element === document.body) return { name: "body", lost: true };
    const style = getComputedStyle(element);
    const { width, height, top, bottom } = element.getBoundingClientRect();
    return {
      name: `${element.tagName} ${element.getAttribute("aria-label") ?? element.textContent?.slice(0, 60)}`,
      lost: false,
      inDialog: element.closest("dialog[open]") !== null,
      seen:
        width > 0 &&
        height > 0 &&
        bottom > 0 &&
        top < innerHeight &&
        element.matches(":focus-visible"),
      outlined: style.outlineStyle !== "none" && Number.parseFloat(style.outlineWidth) >= 2,
    };
  });

const isFocused = (target) =>
  target.evaluate((element) => element === document.activeElement).catch(() => false);

/** By Tab alone; what it passes has to be seen. */
async function tabTo(page, target) {
  await target.waitFor();
  for (let pressed = 0; pressed < FAR; pressed += 1) {
    if (await isFocused(target)) return;
    await page.keyboard.press("Tab");
    const at = await focused(page);
    // Past the last one the browser's own controls have it, and the document begins anew.
    if (at.lost) continue;
    assert.ok(at.seen, `${at.name} has the focus, and nobody sees it`);
    assert.ok(at.outlined, `${at.name} has the focus, and looks as if it had not`);
  }
  assert.fail(`${target} is out of reach of Tab`);
}

async function press(page, target, key = "Enter") {
  await tabTo(page, target);
  await page.keyboard.press(key);
}

/** A dialog is open, has the focus and keeps it; gives it. */
async function dialogHolds(page) {
  const dialog = page.getByRole("dialog");
  await dialog.waitFor();
  assert.ok((await focused(page)).inDialog, "the dialog did not take the focus");
  let inside = 0;
  for (let pressed = 0; pressed < 40; pressed += 1) {
    await page.keyboard.press("Tab");
    const at = await focused(page);
    assert.ok(at.lost || at.inDialog, `Tab left the dialog for ${at.name}`);
    if (!at.lost) inside += 1;
  }
  assert.ok(inside > 20, "Tab does not come back into the dialog");
  return dialog;
}

async function backAt(target, what) {
  assert.ok(await isFocused(target), `${what} did not give the focus back`);
}

/** After a way to another page: whoever presses Tab is in what is new. */
async function notLost(page, where) {
  await page.waitForFunction(() => document.activeElement !== document.body);
  const { lost } = await focused(page);
  assert.ok(!lost, `the focus is lost on ${where}`);
}

const about = (page, name) => page.getByRole("region", { name });
const button = (place, name) => place.getByRole("button", { name, exact }).first();

async function signsIn(page) {
  await page.goto("/");
  await tabTo(page, page.getByLabel("User name"));
  await page.keyboard.type("scene_operator");
  await tabTo(page, page.getByLabel("Password"));
  await page.keyboard.type(PASSWORD);
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Home" }).waitFor();
}

async function findsDag(page) {
  await page.keyboard.press("g");
  await page.keyboard.press("d");
  await page.getByLabel("Search DAGs").waitFor();
  await page.keyboard.press("/");
  await page.keyboard.type("scene_fails");
  await page.getByText("1 DAG", { exact }).waitFor();
  await press(page, page.getByRole("link", { name: "scene_fails", exact }));
  await page.waitForURL(/\/dags\/scene_fails$/);
  await about(page, "About this DAG").waitFor();
  await notLost(page, "the DAG's page");
}

async function triggers(page) {
  const trigger = button(page, "Trigger scene_fails");
  await press(page, trigger);
  await page.getByLabel("Params (JSON)").waitFor();
  await dialogHolds(page);
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  await backAt(trigger, "Escape");
  await page.keyboard.press("Enter");
  await page.getByLabel("Params (JSON)").waitFor();
  await press(page, button(page.getByRole("dialog"), "Close"));
  await page.getByRole("dialog").waitFor({ state: "detached" });
  await backAt(trigger, "the dialog's Close");
  await page.keyboard.press("Enter");
  await page.getByLabel("Params (JSON)").waitFor();
  await press(page, button(page.getByRole("dialog"), "Trigger"));
  await page.waitForURL(/\/runs\/manual/);
  await page.getByRole("region", { name: "First failed task" }).getByRole("link").waitFor();
  await notLost(page, "the run's page");
}

/** From anywhere, by the palette and the DAG's list of runs. */
async function opensRun(page) {
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox").and(page.locator(":focus")).waitFor();
  await page.keyboard.type("scene_fails");
  await page.getByRole("option", { name: "scene_fails", exact, selected: true }).waitFor();
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/dags\/scene_fails$/);
  await notLost(page, "the DAG's page, from the palette");
  await press(page, page.getByRole("link", { name: "Runs", exact }));
  await press(page, page.getByRole("link", { name: /^manual__/ }).first());
  await page.getByRole("region", { name: "First failed task" }).getByRole("link").waitFor();
  await notLost(page, "the run's page, from the list");
}

async function readsLog(page) {
  await press(page, about(page, "First failed task").getByRole("link"));
  const log = page.getByRole("log");
  await log.getByText("line 3 of the check").waitFor();
  await notLost(page, "the log");
  await tabTo(page, log);
  await press(page, page.getByRole("link", { name: "Details" }));
  await page.getByText("Outcome of the try").waitFor();
  await press(page, page.getByRole("link", { name: "Log", exact }));
  await log.getByText("line 3 of the check").waitFor();
}

async function retries(page) {
  const mark = button(page, "Mark as …");
  await press(page, mark);
  await page.getByText("This changes 1 task instance:").waitFor();
  await dialogHolds(page);
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  await backAt(mark, "Escape");
  const clear = button(page, "Clear");
  await press(page, clear);
  const dialog = page.getByRole("dialog");
  await dialog.getByText(/This changes \d task instances/).waitFor();
  await press(page, button(dialog, "Clear"));
  await dialog.waitFor({ state: "detached" });
  await page.getByRole("link", { name: "Try 2" }).waitFor();
  await page.getByRole("log").getByText("line 3 of the check").waitFor();
  await backAt(clear, "the retry");
}

export const keyboardSteps = [
  {
    name: "keyboard: from the sign-in to the retry of what failed",
    ownServer: true,
    async run(all) {
      await sceneOf(all.weft);
      const context = await all.open();
      await context.addInitScript(() => {
        addEventListener("pointerdown", () => localStorage.setItem("pointed", "yes"), true);
      });
      const page = await context.newPage();
      await signsIn(page);
      await findsDag(page);
      await triggers(page);
      await opensRun(page);
      await readsLog(page);
      await retries(page);
      assert.equal(await page.evaluate(() => localStorage.getItem("pointed")), null);
      await context.close();
    },
  },
  {
    name: "keyboard: switches, menus and the palette keep the focus where one is",
    ownServer: true,
    async run(all) {
      await sceneOf(all.weft);
      const context = await all.open();
      const page = await context.newPage();
      await signsIn(page);
      const admin = button(page, "Admin");
      await press(page, admin);
      await page.getByRole("link", { name: "Variables" }).waitFor();
      await page.keyboard.press("Escape");
      await page.getByRole("link", { name: "Variables" }).waitFor({ state: "hidden" });
      await backAt(admin, "the menu");
      await page.keyboard.press("Control+k");
      await page.getByRole("combobox").waitFor();
      await page.keyboard.press("Escape");
      await page.getByRole("combobox").waitFor({ state: "detached" });
      await backAt(admin, "the palette");
      await page.keyboard.press("?");
      await page.getByRole("dialog", { name: "Keyboard shortcuts" }).waitFor();
      await dialogHolds(page);
      await page.keyboard.press("Escape");
      await page.getByRole("dialog").waitFor({ state: "detached" });
      await backAt(admin, "the list of shortcuts");
      await page.goto("/dags/scene_makes");
      const paused = page.getByRole("switch");
      await page.getByRole("switch", { name: "Pause scene_makes" }).waitFor();
      await press(page, paused, "Space");
      await page.getByRole("switch", { name: "Unpause scene_makes" }).waitFor();
      await backAt(paused, "the switch");
      await page.keyboard.press("Space");
      await page.getByRole("switch", { name: "Pause scene_makes" }).waitFor();
      await backAt(paused, "the switch");
      await done(all.weft, "PATCH", "/dags/scene_makes", { is_paused: false });
      await context.close();
    },
  },
];
