/** Assets and the administration: every list, every form, and what each role is told. */

import assert from "node:assert/strict";

const exact = true;

/** The dialog that a button opens. */
async function dialogOf(page, button) {
  await page.getByRole("button", { name: button, exact }).click();
  const dialog = page.getByRole("dialog");
  await dialog.waitFor();
  return dialog;
}

async function save(dialog, name = "Save") {
  await dialog.getByRole("button", { name, exact }).click();
  await dialog.waitFor({ state: "detached" });
}

const row = (page, name) => page.getByRole("row").filter({ hasText: name });

export const systemSteps = [
  {
    name: "an asset is materialized, and its event starts what waits for it",
    ownServer: true,
    async run({ page, inspect }) {
      await page.goto("/assets");
      await page.getByRole("link", { name: "file:///e2e/orders", exact }).waitFor();
      await inspect("assets");
      await page.getByRole("link", { name: "file:///e2e/orders", exact }).click();
      const dialog = await dialogOf(page, "Materialize");
      await inspect("materialize");
      await dialog.getByRole("button", { name: "Materialize", exact }).click();
      await dialog.getByRole("link", { name: /^e2e_orders/ }).waitFor();
      await dialog.getByRole("button", { name: "Close", exact }).click();
      const events = page.getByRole("region", { name: "Events" });
      await events.getByRole("link", { name: "e2e_orders / load" }).waitFor();
      await events.getByRole("link", { name: "e2e_mart", exact }).waitFor();
      await inspect("asset");
    },
  },
  {
    name: "an event by hand waits for the other asset, and is forgotten",
    ownServer: true,
    async run({ page }) {
      await page.goto("/assets?q=customers");
      await page.getByRole("link", { name: "file:///e2e/customers", exact }).click();
      const dialog = await dialogOf(page, "Create event");
      await dialog.getByLabel("Extra").fill('{"note": "<b>by hand</b>"}');
      await dialog.getByRole("button", { name: "Create event", exact }).click();
      await dialog.getByText("It starts no run yet", { exact: false }).waitFor();
      await dialog.getByRole("button", { name: "Close", exact }).click();
      await page.getByText('{"note":"<b>by hand</b>"}').first().waitFor();
      const waiting = page.getByRole("region", { name: "Waits for a run" });
      await waiting.getByRole("link", { name: "e2e_both", exact }).waitFor();
      await waiting.getByRole("button", { name: /^Forget/ }).click();
      await save(page.getByRole("dialog"), "Delete");
      await page.getByText("No DAG has events of it waiting.").waitFor();
    },
  },
  {
    name: "the lineage shows who makes what, and leads there by keyboard",
    ownServer: true,
    async run({ page, inspect }) {
      await page.goto("/lineage");
      const graph = page.getByRole("region", { name: /^DAGs and assets/ });
      await graph.getByRole("link", { name: "e2e_mart" }).waitFor();
      await inspect("lineage");
      await graph.getByRole("link", { name: "file:///e2e/orders" }).focus();
      await page.keyboard.press("Enter");
      await page.getByRole("heading", { name: "file:///e2e/orders" }).waitFor();
      await page.reload();
      await page.getByRole("heading", { name: "file:///e2e/orders" }).waitFor();
      await page.getByRole("link", { name: "Lineage", exact }).click();
      await page.getByRole("heading", { name: "Lineage of file:///e2e/orders" }).waitFor();
    },
  },
  {
    name: "a pool is made, changed and deleted",
    async run({ page, inspect }) {
      await page.goto("/pools");
      let dialog = await dialogOf(page, "Add pool");
      await dialog.getByLabel("Name").fill("e2e_pool");
      await dialog.getByLabel("Slots", { exact }).fill("3");
      await inspect("pool-form");
      await save(dialog);
      dialog = await dialogOf(page, "Edit: e2e_pool");
      await dialog.getByLabel("No limit").check();
      await save(dialog);
      await row(page, "e2e_pool").getByText("∞").first().waitFor();
      await page.getByRole("button", { name: "e2e_pool", exact }).click();
      await page.getByText("Nothing holds a slot of this pool").waitFor();
      assert.match(page.url(), /show=e2e_pool/);
      dialog = await dialogOf(page, "Delete: e2e_pool");
      await save(dialog, "Delete");
      await row(page, "e2e_pool").waitFor({ state: "detached" });
    },
  },
  {
    name: "the workers say how to add one, and invite it",
    async run({ page, inspect }) {
      await page.goto("/workers");
      await page.getByRole("columnheader", { name: "Slots in use" }).waitFor();
      await page.getByText("How to add a worker").click();
      await page.getByText("--token-file join-token", { exact: false }).waitFor();
      await inspect("workers-help");
      await page.getByRole("button", { name: "Invite a worker", exact }).click();
      const dialog = page.getByRole("dialog");
      await dialog.getByLabel("Name of the worker").fill("e2e-worker");
      await dialog.getByRole("button", { name: "Make the invitation", exact }).click();
      await dialog.getByText(/echo weft_join_[0-9a-f]+ > join-token/).waitFor();
      await dialog.getByText("--name e2e-worker", { exact: false }).waitFor();
      await inspect("worker-invited");
    },
  },
  {
    name: "a worker is drained, and gets work again",
    async run({ page, inspect }) {
      await page.goto("/workers");
      await page
        .getByRole("button", { name: /^Drain / })
        .first()
        .click();
      let dialog = page.getByRole("dialog");
      await dialog.getByText(/No other worker serves/).waitFor();
      await dialog.getByText("weft workers drain", { exact: false }).waitFor();
      await inspect("worker-drain");
      await dialog.getByRole("button", { name: "Drain", exact }).click();
      await page.getByRole("cell", { name: "Draining" }).waitFor();
      await page.getByRole("button", { name: /^Give .* work again$/ }).click();
      dialog = page.getByRole("dialog");
      await dialog.getByRole("button", { name: "Give it work", exact }).click();
      await page.getByRole("cell", { name: "Online" }).waitFor();
    },
  },
  {
    name: "a secret variable is written and never read back",
    async run({ page, inspect }) {
      await page.goto("/variables");
      let dialog = await dialogOf(page, "Add variable");
      await dialog.getByLabel("Key").fill("e2e_secret");
      await dialog.getByLabel("Value").fill("hush-hush");
      await dialog.getByLabel("Secret: nobody can read it back").check();
      await save(dialog);
      await row(page, "e2e_secret").getByText("***").waitFor();
      dialog = await dialogOf(page, "Edit: e2e_secret");
      await dialog.getByLabel("Description").fill("still secret");
      await inspect("variable-form");
      await save(dialog);
      await row(page, "still secret").getByText("***").waitFor();
      assert.ok(!(await page.content()).includes("hush-hush"));
    },
  },
  {
    name: "variables are imported, and exported without secrets",
    async run({ page }) {
      const dialog = await dialogOf(page, "Import");
      await dialog
        .getByLabel("or paste it here")
        .fill('{"e2e_a": {"value": 1}, "e2e_b": "two", "e2e_c": "***"}');
      await dialog.getByRole("button", { name: "Import", exact }).click();
      await dialog.getByText("2 variables imported.").waitFor();
      await dialog.getByRole("button", { name: "Close", exact }).click();
      await page.getByRole("rowheader", { name: "e2e_b" }).waitFor();
      const [file] = await Promise.all([
        page.waitForEvent("download"),
        page.getByRole("button", { name: "Export", exact }).click(),
      ]);
      const chunks = [];
      for await (const chunk of await file.createReadStream()) chunks.push(chunk);
      const kept = JSON.parse(Buffer.concat(chunks).toString());
      assert.equal(kept.e2e_a.value, "1");
      assert.ok(!("e2e_secret" in kept));
      await page.getByText(/^Exported, without/).waitFor();
      for (const key of ["e2e_a", "e2e_b", "e2e_secret"]) {
        await save(await dialogOf(page, `Delete: ${key}`), "Delete");
        await page.getByRole("rowheader", { name: key }).waitFor({ state: "detached" });
      }
    },
  },
  {
    name: "a connection is made; its test tells why there is none",
    async run({ page, inspect, tolerate, problems }) {
      await page.goto("/connections");
      let dialog = await dialogOf(page, "Add connection");
      await dialog.getByLabel("Connection", { exact }).fill("e2e_erp");
      await dialog.getByLabel("Type").fill("http");
      await dialog.getByLabel("Password").fill("hush-hush");
      await dialog.getByLabel("Extra (JSON)").fill('{"token": "hush-too", "timeout": 3}');
      tolerate(/403/);
      await dialog.getByRole("button", { name: "Test", exact }).click();
      await dialog.getByText("connections are not tested here", { exact: false }).waitFor();
      problems.length = 0;
      tolerate(/^$/);
      await save(dialog);
      dialog = await dialogOf(page, "Edit: e2e_erp");
      assert.match(await dialog.getByLabel("Extra (JSON)").inputValue(), /"token": "\*\*\*"/);
      assert.equal(await dialog.getByLabel("Password", { exact }).inputValue(), "");
      await inspect("connection-form");
      await dialog.getByLabel("Host").fill("erp.example.com");
      await save(dialog);
      await row(page, "erp.example.com").getByText("***").waitFor();
      await save(await dialogOf(page, "Delete: e2e_erp"), "Delete");
    },
  },
  {
    name: "a token is shown once, lets its owner in, and is refused when it is deleted",
    async run({ page, weft, inspect }) {
      await page.goto("/tokens");
      const dialog = await dialogOf(page, "Create token");
      await dialog.getByLabel("Name").fill("e2e token");
      await dialog.getByLabel("At most").selectOption("viewer");
      await dialog.getByRole("button", { name: "Create token", exact }).click();
      const token = await dialog.getByText(/^weft_/).textContent();
      await inspect("token-once");
      await dialog.getByRole("button", { name: "I have it" }).click();
      const me = () =>
        fetch(`${weft.url}/api/v2/users/me`, { headers: { Authorization: `Bearer ${token}` } });
      assert.equal((await (await me()).json()).role, "viewer");
      assert.ok(!(await page.content()).includes(token));
      await save(await dialogOf(page, "Delete: e2e token"), "Delete");
      assert.equal((await me()).status, 401);
    },
  },
  {
    name: "a user gets a role and a grant, and the audit shows before and after",
    async run({ page, inspect }) {
      await page.goto("/users");
      let dialog = await dialogOf(page, "Add user");
      await dialog.getByLabel("User", { exact }).fill("e2e_user");
      await dialog.getByLabel("Password").fill("a long password 1");
      await inspect("user-form");
      await save(dialog);
      dialog = await dialogOf(page, "Edit: e2e_user");
      await dialog.getByLabel("Role over everything").selectOption("operator");
      await dialog.getByRole("button", { name: "Add a grant" }).click();
      await dialog.getByLabel("Role of grant 1").selectOption("editor");
      await dialog.getByLabel("DAG or tag of grant 1").fill("hello");
      await save(dialog);
      await row(page, "e2e_user").getByText("editor of DAG hello").waitFor();
      await inspect("users");
      await page.goto("/audit?event=update_user");
      await page.getByText("role, grants").or(page.getByText("grants, role")).first().click();
      await page.locator("del", { hasText: "viewer" }).waitFor();
      await page.locator("ins", { hasText: "operator" }).waitFor();
      await inspect("audit");
      await page.goto("/users");
      await save(await dialogOf(page, "Delete: e2e_user"), "Delete");
    },
  },
  {
    name: "a viewer is told which role each action takes",
    async run({ page, context, weft, inspect }) {
      const call = (path, body) =>
        fetch(`${weft.url}/api/v2${path}`, {
          method: "POST",
          headers: { Authorization: `Bearer ${weft.token}`, "Content-Type": "application/json" },
          body: JSON.stringify(body),
        }).then((answer) => answer.json());
      const { token, id } = await call("/tokens", { name: "e2e viewer", role: "viewer" });
      const other = await context.browser().newContext({ baseURL: new URL(page.url()).origin });
      const visitor = await other.newPage();
      try {
        await visitor.goto(`/pools#token=${token}`);
        const add = visitor.getByRole("button", { name: "Add pool" });
        await visitor.getByRole("rowheader", { name: "default_pool" }).waitFor();
        await visitor.locator('button[aria-disabled="true"]', { hasText: "Add pool" }).waitFor();
        assert.equal(await add.getAttribute("title"), "Needs the role editor");
        await visitor.goto("/users");
        await visitor.getByText("This page needs the role admin").waitFor();
      } finally {
        await other.close();
      }
      await page.goto("/account");
      await page.getByText("weft whoami").waitFor();
      await inspect("account");
      await fetch(`${weft.url}/api/v2/tokens/${id}`, {
        method: "DELETE",
        headers: { Authorization: `Bearer ${weft.token}` },
      });
    },
  },
  {
    name: "a file from this machine is checked, with a caret under the column",
    async run({ page, inspect }) {
      await page.goto("/import-errors");
      await page.getByText("Check a file").click();
      await page
        .getByLabel("or paste it here")
        .fill('{\n  "dag_id": "x",\n  "tasks": [{"task_id": "a", "comand": "<i>true</i>"}]\n}');
      await page.getByRole("button", { name: "Check", exact }).click();
      await page.getByText('unknown key "comand"', { exact: false }).waitFor();
      await page.getByText("^", { exact: true }).first().waitFor();
      await inspect("check-file");
    },
  },
];
