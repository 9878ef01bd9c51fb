import { screen, within } from "@testing-library/react";
import { HttpResponse, http } from "msw";
import { beforeEach, expect, it } from "vitest";
import { instance, me, pool } from "@/test/fixtures";
import { expectAccessible, open } from "@/test/render";
import { api, problem, server } from "@/test/server";

const TAG = '"3f2a"';
const json = (path: string, body: object) =>
  http.get(api(path), () => HttpResponse.json(body, { headers: { ETag: TAG } }));
const variable = (key: string, is_secret: boolean) => ({
  key,
  value: is_secret ? "***" : "eu",
  description: null,
  is_encrypted: true,
  is_secret,
  team_name: null,
});
const connection = {
  allowed_dags: [],
  conn_type: "http",
  connection_id: "erp",
  description: null,
  extra: '{"token":"***"}',
  host: "erp.example.com",
  login: null,
  password: "***",
  port: null,
  schema: null,
  team_name: null,
};
const user = {
  username: "bob",
  display_name: null,
  role: "viewer",
  grants: [{ role: "editor", tag: "shop" }],
  has_password: true,
  is_disabled: false,
  provider: null,
  created_at: "2026-01-01T00:00:00Z",
  updated_at: "2026-01-01T00:00:00Z",
};
const token = {
  id: "t1",
  kind: "api",
  username: "ada",
  name: "nightly",
  role: null,
  created_at: "2026-01-01T00:00:00Z",
  expires_at: "2026-01-02T00:00:00Z",
  last_used_at: null,
};

/** What the page has sent, in order. */
let sent: { method: string; path: string; body: unknown }[] = [];
/** The If-Match of each of them. */
let matched: (string | null)[] = [];

function take(method: "post" | "patch" | "delete", path: string, answer: object | null) {
  server.use(
    http[method](api(path), async ({ request }) => {
      const body = method === "delete" ? undefined : await request.json();
      matched.push(request.headers.get("If-Match"));
      sent.push({ method, path: new URL(request.url).pathname, body });
      return answer ? HttpResponse.json(answer) : new HttpResponse(null, { status: 204 });
    }),
  );
}

beforeEach(() => {
  sent = [];
  matched = [];
  server.use(
    json("/users/me", me()),
    json("/pools", { pools: [pool(), pool({ name: "default_pool" })], total_entries: 2 }),
    json("/variables", {
      variables: [variable("region", false), variable("api_key", true)],
      total_entries: 2,
    }),
    json("/variables/region", variable("region", false)),
    json("/variables/api_key", variable("api_key", true)),
    json("/pools/small", pool({ occupied_slots: 3 })),
    json("/connections", { connections: [connection], total_entries: 1 }),
    json("/connections/erp", connection),
    json("/users", { users: [user], total_entries: 1 }),
    json("/users/bob", user),
    json("/tokens", { tokens: [token], total_entries: 1 }),
    json("/eventLogs", {
      event_logs: [
        {
          event_log_id: 1,
          when: "2026-01-01T00:00:00Z",
          dag_id: null,
          task_id: null,
          run_id: null,
          map_index: null,
          try_number: null,
          event: "update_user",
          logical_date: null,
          owner: "ada",
          extra:
            '{"before":{"username":"bob","role":"viewer"},"after":{"username":"bob","role":"editor"}}',
          dag_display_name: null,
          task_display_name: null,
        },
      ],
      total_entries: 1,
    }),
  );
});

it.each([
  ["/pools", "default_pool"],
  ["/variables", "region"],
  ["/connections", "erp.example.com"],
  ["/users", "editor of tag shop"],
  ["/tokens", "nightly"],
  ["/account", "Old password"],
  ["/audit", "update_user"],
])("%s shows what there is, without an accessibility violation", async (url, text) => {
  open(url);
  expect((await screen.findAllByText(text)).length).toBeGreaterThan(0);
  await expectAccessible();
});

it("changes a pool, and shows what is in it", async () => {
  take("patch", "/pools/:name", pool());
  server.use(
    json("/dags/:dag/dagRuns/:run/taskInstances", {
      task_instances: [instance({ task_id: "heavy", state: "running" })],
      total_entries: 1,
    }),
  );
  const { user: hand, router } = open("/pools");
  await hand.click(await screen.findByRole("button", { name: "small" }));
  expect(await screen.findByText("heavy")).toBeTruthy();
  expect(router.state.location.search).toEqual({ show: "small" });
  await hand.click(screen.getByRole("button", { name: "Edit: small" }));
  await hand.click(await screen.findByLabelText("No limit"));
  await hand.click(screen.getByRole("button", { name: "Save" }));
  await expect
    .poll(() => sent)
    .toEqual([
      {
        method: "patch",
        path: "/api/v2/pools/small",
        body: { slots: -1, include_deferred: false, description: null },
      },
    ]);
});

it("a viewer changes nothing, and is told which role it takes", async () => {
  server.use(json("/users/me", me({ role: "viewer" })));
  const { user: hand } = open("/variables");
  await screen.findByText("region");
  const add = screen.getByRole("button", { name: "Add variable" });
  await expect.poll(() => add.getAttribute("aria-disabled")).toBe("true");
  expect(add.getAttribute("title")).toBe("Needs the role editor");
  await hand.click(add);
  expect(screen.queryByRole("dialog")).toBeNull();
});

it("the users' page says what it needs instead of an error", async () => {
  server.use(
    json("/users/me", me({ role: "operator" })),
    http.get(api("/users"), () => problem(403, "permission_denied", "no")),
  );
  open("/users");
  expect(await screen.findByText(/This page needs the role admin/)).toBeTruthy();
  expect(screen.getByText("weft users set admin --role admin")).toBeTruthy();
});

it("a secret stays what it is unless another value is written", async () => {
  take("patch", "/variables/:key", variable("api_key", true));
  const { user: hand } = open("/variables");
  await hand.click(await screen.findByRole("button", { name: "Edit: api_key" }));
  const value = await screen.findByLabelText<HTMLTextAreaElement>("Value");
  expect(value.value).toBe("");
  await hand.click(screen.getByRole("button", { name: "Save" }));
  await expect
    .poll(() => sent.map(({ body }) => body))
    .toEqual([{ description: null, is_secret: true }]);
});

it.each([
  ["/variables", "region"],
  ["/connections", "erp"],
  ["/users", "bob"],
])("of %s what is there still is changed, by its tag", async (url, name) => {
  take("patch", `${url}/${name}`, {});
  const { user: hand } = open(url);
  await hand.click(await screen.findByRole("button", { name: `Edit: ${name}` }));
  await hand.click(await screen.findByRole("button", { name: "Save" }));
  await expect.poll(() => matched).toEqual([TAG]);
});

it.each([
  ["/variables", "region", { ...variable("region", false), value: "us" }],
  ["/pools", "small", pool({ slots: 99 })],
  ["/connections", "erp", { ...connection, host: "new.example.com" }],
  ["/users", "bob", { ...user, is_disabled: true }],
])("of %s what somebody changed meanwhile is not overwritten", async (url, name, now) => {
  take("patch", `${url}/${name}`, {});
  server.use(json(`${url}/${name}`, now));
  const { user: hand } = open(url);
  await hand.click(await screen.findByRole("button", { name: `Edit: ${name}` }));
  await hand.click(await screen.findByRole("button", { name: "Save" }));
  expect(await screen.findByText(/Somebody has changed it since you opened/)).toBeTruthy();
  expect(sent).toEqual([]);
});

it("what somebody changed in the last moment is told by the server", async () => {
  server.use(http.patch(api("/variables/region"), () => problem(412, "precondition_failed", "no")));
  const { user: hand } = open("/variables");
  await hand.click(await screen.findByRole("button", { name: "Edit: region" }));
  await hand.click(await screen.findByRole("button", { name: "Save" }));
  expect(await screen.findByText(/Somebody has changed it since you opened/)).toBeTruthy();
});

it("imports what is new and says what the server refused", async () => {
  take("patch", "/variables", {
    create: { success: ["a"], errors: [{ error: 'there already: "b"', status_code: 409 }] },
  });
  const { user: hand } = open("/variables");
  await hand.click(await screen.findByRole("button", { name: "Import" }));
  const dialog = await screen.findByRole("dialog");
  await hand.click(within(dialog).getByLabelText("or paste it here"));
  await hand.paste('{"a": 1, "b": {"value": "x"}, "c": "***"}');
  await hand.selectOptions(within(dialog).getByLabelText("What is there already"), "skip");
  expect(within(dialog).getByText(/Skipped, as/).textContent).toContain("c");
  await hand.click(within(dialog).getByRole("button", { name: "Import" }));
  expect(await within(dialog).findByText("1 variable imported.")).toBeTruthy();
  expect(within(dialog).getByText('there already: "b"')).toBeTruthy();
  expect(sent[0]?.body).toEqual({
    actions: [
      {
        action: "create",
        entities: [
          { key: "a", value: 1 },
          { key: "b", value: "x" },
        ],
        action_on_existence: "skip",
      },
    ],
  });
});

it("the test of a connection shows the server's reason", async () => {
  server.use(
    http.post(api("/connections/test"), () =>
      problem(403, "permission_denied", "connections are not tested here"),
    ),
  );
  const { user: hand } = open("/connections");
  await hand.click(await screen.findByRole("button", { name: "Edit: erp" }));
  const password = await screen.findByLabelText<HTMLInputElement>("Password");
  expect(password.value).toBe("");
  await hand.click(screen.getByRole("button", { name: "Test" }));
  expect(await screen.findByText("connections are not tested here")).toBeTruthy();
});

it("a token is shown once", async () => {
  take("post", "/tokens", { ...token, token: "weft_once" });
  const { user: hand } = open("/tokens");
  await hand.click(await screen.findByRole("button", { name: "Create token" }));
  await hand.type(await screen.findByLabelText("Name"), "backup");
  await hand.selectOptions(screen.getByLabelText("At most"), "viewer");
  await hand.selectOptions(screen.getByLabelText("Valid for"), "without an end");
  const dialog = screen.getByRole("dialog");
  await hand.click(within(dialog).getByRole("button", { name: "Create token" }));
  expect(await screen.findByText("weft_once")).toBeTruthy();
  expect(sent[0]?.body).toEqual({ name: "backup", role: "viewer", expires_at: null });
  await hand.click(screen.getByRole("button", { name: "I have it" }));
  expect(screen.queryByText("weft_once")).toBeNull();
});

it("the audit shows before and after, and filters by who", async () => {
  const { user: hand, router } = open("/audit");
  await hand.click(await screen.findByText("changed", { exact: false }));
  const row = screen.getByRole("row", { name: /^role/ });
  expect(within(row).getByText("viewer").tagName).toBe("DEL");
  expect(within(row).getByText("editor").tagName).toBe("INS");
  await hand.click(screen.getByRole("button", { name: "ada" }));
  await expect.poll(() => router.state.location.search).toEqual({ owner: "ada" });
});

it("a grant is added to a user", async () => {
  take("patch", "/users/:name", user);
  const { user: hand } = open("/users");
  await hand.click(await screen.findByRole("button", { name: "Edit: bob" }));
  await hand.click(await screen.findByRole("button", { name: "Add a grant" }));
  await hand.type(screen.getByLabelText("DAG or tag of grant 2"), "orders");
  await hand.click(screen.getByRole("button", { name: "Save" }));
  await expect
    .poll(() => sent[0]?.body)
    .toEqual({
      display_name: null,
      role: "viewer",
      grants: [
        { role: "editor", tag: "shop" },
        { role: "viewer", dag_id: "orders" },
      ],
      is_disabled: false,
    });
});

it("a worker is invited, and the command for its machine is shown once", async () => {
  take("post", "/workers/joinTokens", { id: "j1", token: "weft_join_ab" });
  const { user: hand } = open("/workers");
  await hand.click(await screen.findByRole("button", { name: "Invite a worker" }));
  const dialog = await screen.findByRole("dialog");
  const name = within(dialog).getByLabelText("Name of the worker");
  const make = within(dialog).getByRole("button", { name: "Make the invitation" });
  await hand.type(name, "build 1");
  expect(make).toHaveProperty("disabled", true);
  await hand.clear(name);
  await hand.type(name, "build-1");
  expect(within(dialog).getByText("weft workers invite --once --name build-1")).toBeTruthy();
  await expectAccessible();
  await hand.click(make);
  const command = await screen.findByText(/echo weft_join_ab > join-token/);
  expect(command.textContent).toContain("--token-file join-token --name build-1");
  expect(sent[0]?.body).toMatchObject({ worker_name: "build-1", is_single_use: true });
  await hand.click(screen.getByRole("button", { name: "I have it" }));
  expect(screen.queryByText(/weft_join_ab/)).toBeNull();
});

it("an operator invites no worker, and reads how an admin does", async () => {
  server.use(json("/users/me", me({ role: "operator" })));
  open("/workers");
  const invite = await screen.findByRole("button", { name: "Invite a worker" });
  await expect.poll(() => invite.getAttribute("aria-disabled")).toBe("true");
  expect(screen.getByText(/weft workers invite --once --name NAME > join-token/)).toBeTruthy();
  expect(screen.queryByText(/worker-token/)).toBeNull();
});

it("a bad file is shown with its lines and a caret", async () => {
  const place = { filename: "a.dag.json", line: 2, column: 4, message: 'no task "x"' };
  const error = {
    import_error_id: 1,
    timestamp: "2026-01-01T00:00:00Z",
    filename: "a.dag.json",
    bundle_name: "dags",
    dag_id: "orders",
    stack_trace: 'a.dag.json:2:4: no task "x"\n',
    findings: [{ ...place, first_line: 1, lines: ["{", "  <b>x</b>", "}"], mark: 4 }],
  };
  server.use(json("/importErrors", { import_errors: [error], total_entries: 1 }));
  open("/import-errors");
  const line = await screen.findByText("<b>x</b>");
  expect(line.tagName).toBe("STRONG");
  expect(line.closest("[tabindex]")?.textContent).toBe("1 │ {\n2 │   <b>x</b>\n  │    ^\n3 │ }\n");
  expect(screen.getByRole("link", { name: "orders" }).getAttribute("href")).toBe("/dags/orders");
  expect(screen.queryByRole("button", { name: "See the lines" })).toBeNull();
  await expectAccessible();
});
