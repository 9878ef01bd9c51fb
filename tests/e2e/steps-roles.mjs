/** What each role is offered, and what the server refuses to who asks all the same. */

import assert from "node:assert/strict";
import { call, known, pageOf } from "./people.mjs";
import { closedPages, controlsOf, reaches, requestsOf } from "./rights.mjs";
import { sceneOf } from "./scene.mjs";

const exact = true;
const ROLES = ["viewer", "operator", "editor"];

/** Sends it as the page does, by the session of its cookie; gives the status. */
const send = (page, [, method, path, body]) =>
  page.evaluate(
    async ({ method, path, body }) => {
      const type = method === "PATCH" ? "application/merge-patch+json" : "application/json";
      const answer = await fetch(`/api/v2${path}`, {
        method,
        headers: body === undefined ? {} : { "Content-Type": type },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      await answer.arrayBuffer();
      return answer.status;
    },
    { method, path, body },
  );

async function control(page, kind, name) {
  const found = page.getByRole(kind, { name, exact }).first();
  await found.waitFor();
  const [barred, title] = await found.evaluate((element) => [
    element.disabled === true || element.getAttribute("aria-disabled") === "true",
    element.title,
  ]);
  return { found, barred, title };
}

/** What is barred opens nothing: the only dialog that there is is the one asked for now. */
async function opensNothing(page, where) {
  await page.keyboard.press("?");
  await page.getByRole("dialog", { name: "Keyboard shortcuts" }).waitFor();
  assert.equal(await page.getByRole("dialog").count(), 1, `a dialog opened on ${where}`);
}

async function looksRight(page, role, username, [path, controls]) {
  await page.goto(path);
  await known(page, username);
  let pressed = false;
  for (const [kind, name, needed] of controls) {
    const { found, barred, title } = await control(page, kind, name);
    assert.equal(barred, !reaches(role, needed), `${role}: ${kind} “${name}” on ${path}`);
    if (!barred) continue;
    if (name !== "Select all")
      assert.equal(title, `Needs the role ${needed}`, `${name} on ${path}`);
    await found.evaluate((element) => element.click());
    pressed = true;
  }
  if (pressed) await opensNothing(page, path);
}

export const roleSteps = [
  ...ROLES.map((role) => ({
    name: `roles: ${role} is offered what the role allows, and told what the rest needs`,
    ownServer: true,
    async run(all) {
      const scene = await sceneOf(all.weft);
      const username = `scene_${role}`;
      const { context, page } = await pageOf(all, username);
      all.tolerate(/403/);
      for (const one of controlsOf(scene)) await looksRight(page, role, username, one);
      for (const [path, needed, words] of closedPages) {
        await page.goto(path);
        await known(page, username);
        const closed = page.getByText(words).first();
        if (reaches(role, needed)) {
          await page.getByRole("table").first().waitFor();
          assert.equal(await closed.count(), 0);
        } else await closed.waitFor();
      }
      all.tolerate(/^$/);
      await context.close();
    },
  })),
  ...ROLES.map((role) => ({
    name: `roles: the server refuses a ${role} what the page does not offer`,
    ownServer: true,
    async run(all) {
      const scene = await sceneOf(all.weft);
      const { context, page } = await pageOf(all, `scene_${role}`);
      all.tolerate(/Failed to load resource/);
      await page.goto("/account");
      const wrong = [];
      for (const request of requestsOf(scene)) {
        const status = await send(page, request);
        const right = reaches(role, request[0])
          ? status !== 403 && status !== 401 && status < 500
          : status === 403;
        if (!right) wrong.push(`${request.slice(1, 3).join(" ")}: ${status}`);
      }
      assert.deepEqual(wrong, []);
      all.tolerate(/^$/);
      await context.close();
    },
  })),
  {
    name: "roles: a token cannot do more than who made it",
    ownServer: true,
    async run(all) {
      await sceneOf(all.weft);
      const { context, page } = await pageOf(all, "scene_viewer");
      all.tolerate(/Failed to load resource/);
      await page.goto("/tokens");
      const answer = await page.evaluate(() =>
        fetch("/api/v2/tokens", {
          method: "POST",
          headers: { "Content-Type": "application/json" },
          body: JSON.stringify({ name: "too much", role: "admin" }),
        }).then((got) => got.json()),
      );
      if (answer.token) {
        const { body } = await call(all.weft, "GET", "/users/me", undefined, answer.token);
        assert.equal(body.role, "viewer");
        const { status } = await call(all.weft, "GET", "/users", undefined, answer.token);
        assert.equal(status, 403);
        await call(all.weft, "DELETE", `/tokens/${answer.id}`);
      } else assert.ok(answer.status >= 400, JSON.stringify(answer));
      all.tolerate(/^$/);
      await context.close();
    },
  },
  {
    name: "roles: who has a grant over one DAG sees that one, and may what it says",
    ownServer: true,
    async run(all) {
      const scene = await sceneOf(all.weft);
      const { context, page } = await pageOf(all, "scene_dag");
      all.tolerate(/Failed to load resource/);
      await page.goto("/dags");
      await known(page, "scene_dag");
      await page.getByText("1 DAG", { exact }).waitFor();
      await page.getByRole("link", { name: "scene_fails", exact }).waitFor();
      assert.equal((await control(page, "button", "Trigger scene_fails")).barred, false);
      await page.goto(`/dags/scene_fails/runs/${encodeURIComponent(scene.failed)}`);
      assert.equal((await control(page, "button", "Acknowledge")).barred, false);
      await page.goto("/dags/scene_daily");
      await page.getByRole("alert").filter({ hasText: "There is no such DAG" }).waitFor();
      // Home leaves out what is not for her, and calls nothing broken that she may not see.
      await page.goto("/");
      await known(page, "scene_dag");
      const health = page.getByRole("region", { name: "Health" });
      await health.getByText(/1 active/).waitFor();
      assert.equal(await health.getByText(/needs the role/).count(), 0);
      assert.equal((await control(page, "button", "Hold everything …")).barred, true);
      await page.getByRole("checkbox", { name: "Select all" }).check();
      await page.getByRole("button", { name: "Retry 1 run …" }).waitFor();
      await page.goto("/pools");
      await page
        .getByRole("alert")
        .filter({ hasText: /role viewer/ })
        .waitFor();
      const others = requestsOf(scene).filter(([, , path]) => path.includes("/scene_asks/"));
      assert.ok(others.length > 0);
      for (const request of others) assert.equal(await send(page, request), 404, request[2]);
      assert.equal(await send(page, ["", "POST", "/pools", { name: "x", slots: 1 }]), 403);
      all.tolerate(/^$/);
      await context.close();
    },
  },
  {
    name: "roles: who has a grant over a tag may so for the DAGs that have it",
    ownServer: true,
    async run(all) {
      const scene = await sceneOf(all.weft);
      const { context, page } = await pageOf(all, "scene_tag");
      all.tolerate(/Failed to load resource/);
      await page.goto("/dags");
      await known(page, "scene_tag");
      assert.equal((await control(page, "button", "Trigger scene_fails")).barred, false);
      assert.equal((await control(page, "button", "Trigger hello")).barred, true);
      await page.goto("/dags/scene_daily/backfills");
      assert.equal((await control(page, "button", "New backfill")).barred, false);
      await page.goto(`/asset/${scene.asset}`);
      await known(page, "scene_tag");
      await page.locator("button:not([aria-disabled=true])", { hasText: "Materialize" }).waitFor();
      assert.equal((await control(page, "button", "Create event")).barred, true);
      await page.goto("/");
      await page.locator("input[aria-label^='Select scene_fails']:enabled").first().waitFor();
      const runs = "/dags/hello/dagRuns";
      assert.equal(await send(page, ["", "POST", runs, {}]), 403);
      all.tolerate(/^$/);
      await context.close();
    },
  },
];
