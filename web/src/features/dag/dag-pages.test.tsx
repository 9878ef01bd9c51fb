import { screen, waitFor, within } from "@testing-library/react";
import { HttpResponse, http } from "msw";
import { beforeEach, expect, it, vi } from "vitest";
import { BACKFILL, dagWorld, GRAPH, GRID } from "@/test/dag-world";
import { details } from "@/test/fixtures";
import { expectAccessible, open } from "@/test/render";
import { api, server } from "@/test/server";

beforeEach(() => {
  // jsdom draws nothing; what is drawn is the browser test's.
  vi.spyOn(HTMLCanvasElement.prototype, "getContext").mockReturnValue(null);
  server.use(...dagWorld);
});

it.each([
  ["/dags/hello", "Last 25 runs"],
  ["/dags/hello/graph?view=list", "params.full"],
  ["/dags/hello/gantt", "1 task decides"],
  ["/dags/hello/calendar", "Days of UTC"],
  ["/dags/hello/runs", "scheduled__2026-01-02"],
  ["/dags/hello/tasks", "greet"],
  ["/dags/hello/versions", "Version 1 → 2"],
  ["/dags/hello/code", "Choose a key"],
  ["/dags/hello/backfills", "2 of 4"],
  ["/dags/hello/details", "Runs at once"],
  ["/dags/hello/events", "pause"],
])("%s shows what it is about and has no accessibility violation", async (url, text) => {
  open(url);
  expect((await screen.findAllByText(text, { exact: false })).length).toBeGreaterThan(0);
  await expectAccessible();
});

const cell = () => screen.getByRole("grid").querySelector<HTMLElement>("[aria-colindex]");

it("walks the grid by keyboard, cell by cell, folds a group and opens an instance", async () => {
  const { user, router } = open("/dags/hello");
  await screen.findByRole("grid");
  cell()?.focus();
  expect(cell()?.getAttribute("aria-label")).toMatch(/^extract, run .*: Success$/);
  await user.keyboard("{ArrowDown}{ArrowDown}");
  expect(cell()?.getAttribute("aria-label")).toMatch(/^stage, .*: Failed; 1 Failed, 2 Success$/);
  expect(document.activeElement).toBe(cell());
  await user.keyboard("{Home}");
  expect(cell()?.getAttribute("role")).toBe("rowheader");
  await user.keyboard("{ArrowUp} ");
  await waitFor(() => expect(router.state.location.search).toMatchObject({ fold: "load" }));
  await waitFor(() => expect(screen.getByRole("grid").getAttribute("aria-rowcount")).toBe("4"));
  await user.keyboard("{ArrowUp}{End}{Enter}");
  await waitFor(() =>
    expect(router.state.location.pathname).toBe(
      "/dags/hello/runs/scheduled__2026-01-03/tasks/extract",
    ),
  );
});

it("keeps the grid's filters in the URL, and says when nothing is left", async () => {
  const { user, router } = open("/dags/hello");
  await user.selectOptions(await screen.findByLabelText("Type of the runs"), "manual");
  expect(router.state.location.search).toMatchObject({ type: "manual" });
  expect(screen.getByRole("grid").getAttribute("aria-colcount")).toBe("2");
  await user.selectOptions(screen.getByLabelText("State of the runs"), "queued");
  expect(await screen.findByText(/None of these 3 runs/)).toBeTruthy();
});

it("opens a group's cell and a mapped one where what they stand for is", async () => {
  const { user, router } = open("/dags/hello");
  await screen.findByRole("grid");
  cell()?.focus();
  await user.keyboard("{ArrowDown}{Enter}");
  await waitFor(() => expect(router.state.location.search).toMatchObject({ group: "load" }));
  await user.click(await screen.findByRole("button", { name: "All groups" }));
  await waitFor(() => expect(router.state.location.search).not.toHaveProperty("group"));
});

it("draws another version's graph, and leads to the active one", async () => {
  const asked: (string | null)[] = [];
  server.use(
    http.get(api("/dags/hello/graph"), ({ request }) => {
      const version = new URL(request.url).searchParams.get("version_number");
      asked.push(version);
      return HttpResponse.json({ ...GRAPH, version_number: Number(version ?? 2) });
    }),
    http.get(api("/dags/hello/details"), () => {
      const one = details();
      const latest = one.latest_dag_version;
      return HttpResponse.json({
        ...one,
        latest_dag_version: latest && { ...latest, version_number: 2 },
      });
    }),
  );
  const { user, router } = open("/dags/hello/graph?view=list");
  const select = await screen.findByLabelText<HTMLSelectElement>("Version whose graph is shown");
  expect(await screen.findByText("Version 2 is active:", { exact: false })).toBeTruthy();
  expect(asked.at(-1)).toBe("1");
  await user.click(screen.getByRole("button", { name: "show it" }));
  await waitFor(() => expect(router.state.location.search).toMatchObject({ version: "2" }));
  await waitFor(() => expect(asked.at(-1)).toBe("2"));
  await waitFor(() => expect(screen.queryByRole("button", { name: "show it" })).toBeNull());
  await user.selectOptions(select, "1");
  await waitFor(() => expect(router.state.location.search).toMatchObject({ version: "1" }));
  await expectAccessible();
});

it("keeps the caret of a filter that is in the URL", async () => {
  const { user, router } = open("/dags/hello/tasks");
  const field = await screen.findByLabelText<HTMLInputElement>("Search tasks");
  await user.type(field, "gt");
  await waitFor(() => expect(router.state.location.search).toMatchObject({ q: "gt" }));
  field.setSelectionRange(1, 1);
  await user.keyboard("re");
  expect(field.value).toBe("gret");
  await waitFor(() => expect(router.state.location.search).toMatchObject({ q: "gret" }));
});

it("tells that a DAG has not run yet", async () => {
  server.use(http.get(api("/dags/hello/grid"), () => HttpResponse.json({ ...GRID, runs: [] })));
  open("/dags/hello");
  expect(await screen.findByText(/has not run yet/)).toBeTruthy();
});

it("tells why a DAG does not run, and links its runbook", async () => {
  server.use(
    http.get(api("/dags/hello/details"), () =>
      HttpResponse.json(details({ runbook_url: "https://runbooks.example.com/hello" })),
    ),
    http.get(api("/dags/hello/why"), () =>
      HttpResponse.json({
        state: null,
        reasons: [{ code: "paused", message: "it is paused: unpause it", data: {} }],
      }),
    ),
  );
  open("/dags/hello/details");
  expect(await screen.findByText("it is paused: unpause it")).toBeTruthy();
  const runbook = await screen.findByRole("link", { name: /Runbook/ });
  expect(runbook.getAttribute("href")).toBe("https://runbooks.example.com/hello");
});

it("makes no link of a runbook that is no web address", async () => {
  server.use(
    http.get(api("/dags/hello/details"), () =>
      HttpResponse.json(details({ dag_id: "hello", runbook_url: "javascript:alert(1)" })),
    ),
  );
  open("/dags/hello/details");
  expect(await screen.findByRole("heading", { level: 1, name: "hello" })).toBeTruthy();
  expect(screen.queryByRole("link", { name: /Runbook/ })).toBeNull();
});

it("offers a viewer no action, and says which role it needs", async () => {
  server.use(
    http.get(api("/users/me"), () =>
      HttpResponse.json({
        username: "v",
        display_name: null,
        role: "viewer",
        grants: [],
        has_password: true,
        token_id: "t",
      }),
    ),
  );
  open("/dags/hello/backfills");
  const barred = (control: HTMLElement) => control.getAttribute("aria-disabled") === "true";
  const add = await screen.findByRole("button", { name: "New backfill" });
  await waitFor(() => expect(barred(add)).toBe(true));
  expect(barred(screen.getByRole("button", { name: "Trigger hello" }))).toBe(true);
  expect(barred(screen.getByRole("switch", { name: "Pause hello" }))).toBe(true);
  expect(screen.getByRole("button", { name: "New backfill" }).title).toBe(
    "Needs the role operator",
  );
});

it("explains a key by the schema, and marks the import error at its key", async () => {
  server.use(
    http.get(api("/dags/hello/details"), () =>
      HttpResponse.json(details({ has_import_errors: true })),
    ),
    http.get(api("/importErrors"), () =>
      HttpResponse.json({
        import_errors: [
          {
            bundle_name: "dags",
            filename: "hello.dag.json",
            import_error_id: 1,
            stack_trace: 'hello.dag.json:9:5: tasks[1].retries: a number expected, found "x"\n',
            timestamp: "2026-01-01T00:00:00Z",
          },
        ],
        total_entries: 1,
      }),
    ),
  );
  const { user, router } = open("/dags/hello/code");
  const errors = (await screen.findByText("The newest text of this file has 1 error")).closest(
    "section",
  );
  if (!errors) throw new Error("the errors are in no section");
  expect(within(errors).getByText("(line 9, column 5 of the newest text)")).toBeTruthy();
  expect(screen.getByText(/← a number expected/)).toBeTruthy();
  await user.click(screen.getByRole("button", { name: '"description"' }));
  expect(router.state.location.search).toMatchObject({ key: "/description" });
  expect(await screen.findByText("One line about the DAG.")).toBeTruthy();
  await user.click(within(errors).getByRole("button", { name: /line 6/ }));
  expect(router.state.location.search).toMatchObject({ line: "6" });
  await expectAccessible();
});

it("compares two versions side by side", async () => {
  open("/dags/hello/versions?a=1&b=2");
  const diff = await screen.findByLabelText("Version 1 at the left, version 2 at the right");
  expect(within(diff).getByText(/"retries": 1/)).toBeTruthy();
  expect(within(diff).getByText(/"retries": 2/)).toBeTruthy();
});

it("makes a backfill: what is wrong, what it would do, then the call", async () => {
  const sent: unknown[] = [];
  server.use(
    http.post(api("/backfills/dry_run"), () =>
      HttpResponse.json({
        backfills: [
          {
            action: "create",
            dag_run_id: "backfill__1",
            logical_date: "2026-01-01T05:00:00Z",
            data_interval_start: "2025-12-31T05:00:00Z",
            data_interval_end: "2026-01-01T05:00:00Z",
            partition_date: null,
            partition_key: null,
            reason: null,
          },
          {
            action: "leave",
            dag_run_id: "backfill__2",
            logical_date: "2026-01-02T05:00:00Z",
            data_interval_start: "2026-01-01T05:00:00Z",
            data_interval_end: "2026-01-02T05:00:00Z",
            partition_date: null,
            partition_key: null,
            reason: "there is a run, success",
          },
        ],
        total_entries: 2,
      }),
    ),
    http.post(api("/backfills"), async ({ request }) => {
      sent.push(await request.json());
      return HttpResponse.json(BACKFILL);
    }),
  );
  const { user, router } = open("/dags/hello/backfills");
  await user.click(await screen.findByRole("button", { name: "New backfill" }));
  const dialog = await screen.findByRole("dialog");
  await user.type(await within(dialog).findByLabelText("First logical date (UTC)"), "2026-01-02");
  await user.type(within(dialog).getByLabelText("Last logical date (UTC)"), "2026-01-01");
  await user.click(within(dialog).getByRole("button", { name: "Preview" }));
  expect(within(dialog).getByRole("alert").textContent).toContain("lies behind the last");
  await user.clear(within(dialog).getByLabelText("First logical date (UTC)"));
  await user.type(within(dialog).getByLabelText("First logical date (UTC)"), "2026-01-01");
  await user.clear(within(dialog).getByLabelText("Last logical date (UTC)"));
  await user.type(within(dialog).getByLabelText("Last logical date (UTC)"), "2026-01-02");
  await user.click(within(dialog).getByRole("button", { name: "Preview" }));
  expect(await within(dialog).findByText("there is a run, success")).toBeTruthy();
  await expectAccessible();
  await user.click(within(dialog).getByRole("button", { name: "Start 1 run" }));
  await waitFor(() => expect(sent).toHaveLength(1));
  expect(sent[0]).toMatchObject({
    dag_id: "hello",
    from_date: "2026-01-01T00:00:00.000Z",
    max_active_runs: 10,
  });
  await waitFor(() => expect(router.state.location.search).not.toHaveProperty("new"));
});

it("reads the days of a backfill in the DAG's own time zone, with times for a fine schedule", async () => {
  const asked: unknown[] = [];
  server.use(
    http.get(api("/dags/hello/details"), () =>
      HttpResponse.json(
        details({
          timezone: "Europe/Berlin",
          next_dagrun_data_interval_start: "2026-11-11T00:00:00Z",
          next_dagrun_data_interval_end: "2026-11-11T01:00:00Z",
        }),
      ),
    ),
    http.post(api("/backfills/dry_run"), async ({ request }) => {
      asked.push(await request.json());
      return HttpResponse.json({ backfills: [], total_entries: 0 });
    }),
  );
  const { user } = open("/dags/hello/backfills?new=1");
  const dialog = within(await screen.findByRole("dialog"));
  const from = await dialog.findByLabelText("First logical date (Europe/Berlin)");
  expect(from.getAttribute("type")).toBe("datetime-local");
  await user.click(dialog.getByLabelText("With a time of day"));
  expect(dialog.getByText(/^Whole days of Europe\/Berlin/)).toBeTruthy();
  await user.type(from, "2026-11-11");
  await user.type(dialog.getByLabelText("Last logical date (Europe/Berlin)"), "2026-11-11");
  await user.click(dialog.getByRole("button", { name: "Preview" }));
  await waitFor(() =>
    expect(asked[0]).toMatchObject({
      from_date: "2026-11-10T23:00:00.000Z",
      to_date: "2026-11-11T22:59:59.000Z",
    }),
  );
});

it("pauses a backfill, and cancels it after asking", async () => {
  const called: string[] = [];
  server.use(
    http.put(api("/backfills/7/:action"), ({ request, params }) => {
      called.push(`${params.action}${new URL(request.url).search}`);
      return HttpResponse.json(BACKFILL);
    }),
  );
  const { user } = open("/dags/hello/backfills");
  await user.click(await screen.findByRole("button", { name: "Pause" }));
  await waitFor(() => expect(called).toEqual(["pause"]));
  await user.click(screen.getByRole("button", { name: "Cancel" }));
  const dialog = await screen.findByRole("dialog");
  await user.click(within(dialog).getByLabelText("Cancel its running runs, too"));
  await user.click(within(dialog).getByRole("button", { name: "Cancel" }));
  await waitFor(() => expect(called).toEqual(["pause", "cancel?cancel_running=true"]));
});
