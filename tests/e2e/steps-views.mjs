/** Every view, on a telephone and in both themes. */

import assert from "node:assert/strict";
import { pageOf } from "./people.mjs";
import { sceneOf } from "./scene.mjs";
import { routerSource, routesOf, show, views } from "./views.mjs";

const PHONE = { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true };
/** What the steps at the beginning look at, signed out. */
const SIGN_IN = "/sign-in";

/** What is wider than the page, by what it looks like in the source. */
const widest = () =>
  [...document.querySelectorAll("body *")]
    .filter((element) => element.getBoundingClientRect().right > 361)
    .map((element) => element.cloneNode(false).outerHTML.slice(0, 160))
    .slice(0, 4)
    .join("\n    ");

async function fits(page, name) {
  const wide = await page.evaluate(() => document.documentElement.scrollWidth);
  const why = wide > 360 ? await page.evaluate(widest) : "";
  assert.ok(wide <= 360, `${name} is ${wide} pixels wide:\n    ${why}`);
}

export const viewSteps = [
  {
    name: "views: no route of the router is left out",
    async run() {
      const routes = routesOf(routerSource());
      assert.ok(routes.length > 25, `router.tsx is written otherwise now: ${routes}`);
      const walked = new Set([SIGN_IN, ...views.map(({ route }) => route)]);
      assert.deepEqual([...new Set(routes)].sort(), [...walked].sort());
    },
  },
  {
    name: "views: all are readable for everyone in light and in dark",
    ownServer: true,
    async run(all) {
      const scene = await sceneOf(all.weft);
      const { context, page } = await pageOf(all, "admin");
      for (const view of views) {
        await show(page, view, scene);
        await all.inspect(view.name, page);
      }
      await context.close();
    },
  },
  {
    name: "phone: no view is wider than the screen, and its actions are in reach",
    ownServer: true,
    async run(all) {
      const scene = await sceneOf(all.weft);
      const { context, page } = await pageOf(all, "admin", PHONE);
      for (const view of views) {
        await show(page, view, scene);
        await fits(page, view.name);
        for (const action of view.actions) await action(page).tap({ trial: true });
        await all.inspect(`phone-${view.name}`, page, ["light"]);
      }
      await context.close();
    },
  },
  {
    name: "phone: signing in, triggering and the menu work by touch",
    ownServer: true,
    async run(all) {
      await sceneOf(all.weft);
      const context = await all.open(PHONE);
      const page = await context.newPage();
      await page.goto("/dags?q=scene_makes");
      await page.getByLabel("User name").fill("scene_operator");
      await page.getByLabel("Password").fill("a long password 1");
      await fits(page, "sign-in");
      await all.inspect("phone-sign-in", page, ["light"]);
      await page.getByRole("button", { name: "Sign in", exact: true }).tap();
      await page.getByRole("button", { name: "Trigger scene_makes" }).tap();
      const dialog = page.getByRole("dialog");
      await dialog.getByLabel("Params (JSON)").waitFor();
      await fits(page, "trigger");
      await dialog.getByRole("button", { name: "Trigger", exact: true }).tap();
      await page.waitForURL(/\/dags\/scene_makes\/runs\/manual/);
      await page.getByRole("button", { name: "Admin" }).tap();
      await fits(page, "menu");
      await page.getByRole("link", { name: "Variables" }).tap();
      await page.getByRole("rowheader", { name: "scene_variable" }).waitFor();
      await context.close();
    },
  },
];
