import { screen, within } from "@testing-library/react";
import { HttpResponse, http } from "msw";
import { describe, expect, it } from "vitest";
import { chooseZone } from "@/lib/clock";
import { instance, run } from "@/test/fixtures";
import { expectAccessible, open } from "@/test/render";
import { api, problem, RUN_ID, server } from "@/test/server";

const PAGE = `/dags/hello/runs/${encodeURIComponent(RUN_ID)}`;
const RUN = api("/dags/hello/dagRuns/:runId");
const failed = instance({ task_id: "extract", state: "failed", reason: "exit code 3" });

function failedRun(more: Parameters<typeof run>[0] = {}) {
  server.use(
    http.get(RUN, () => HttpResponse.json(run({ state: "failed", ...more }))),
    http.get(`${RUN}/taskInstances`, () =>
      HttpResponse.json({ task_instances: [failed], total_entries: 1 }),
    ),
    http.get(`${RUN}/taskInstances/extract/logs/1`, () =>
      HttpResponse.json({
        content: [{ timestamp: null, event: "\u001b[31mno such file\u001b[0m <b>" }],
        continuation_token: null,
      }),
    ),
  );
}

describe("edits of a run", () => {
  it("show the end of the first failure's log, as text", async () => {
    failedRun();
    open(PAGE);
    const box = within(await screen.findByRole("region", { name: "First failed task" }));
    expect((await box.findByText("no such file")).className).toBe("ansi-red-fg");
    expect(box.getByText("<b>")).toBeTruthy();
    await expectAccessible();
  });

  it("preview what a clear touches, and follow a large one to its end", async () => {
    failedRun();
    const bodies: { dry_run: boolean; only_failed: boolean }[] = [];
    let asked = 0;
    server.use(
      http.post(`${RUN}/clear`, async ({ request }) => {
        const body = (await request.json()) as (typeof bodies)[number];
        bodies.push(body);
        return HttpResponse.json({
          task_instances: [failed],
          total_entries: body.only_failed ? 1 : 5000,
          ...(body.dry_run ? {} : { job_id: 7 }),
        });
      }),
      http.get(api("/jobs/7"), () => {
        asked += 1;
        return HttpResponse.json({
          id: 7,
          job_type: "clear",
          state: asked < 2 ? "running" : "success",
          dag_id: "hello",
          dag_run_id: RUN_ID,
          total_runs: 1,
          done_runs: asked < 2 ? 0 : 1,
          changed_task_instances: asked < 2 ? 1000 : 5000,
          start_date: "2026-01-01T00:00:00Z",
        });
      }),
    );
    const { user } = open(PAGE);
    const about = within(await screen.findByRole("region", { name: "About this run" }));
    await user.click(about.getByRole("button", { name: "Clear run" }));
    const dialog = within(await screen.findByRole("dialog", { name: `Clear ${RUN_ID}` }));
    expect(await dialog.findByText("This changes 1 task instance:")).toBeTruthy();
    await user.click(dialog.getByLabelText("Only what failed"));
    expect(await dialog.findByText("This changes 5000 task instances:")).toBeTruthy();
    expect(bodies.every(({ dry_run }) => dry_run)).toBe(true);
    await user.click(dialog.getByRole("button", { name: "Clear" }));
    expect(await screen.findByText(/Changed 1000 task instances/)).toBeTruthy();
    expect(await screen.findByText("Done: 5000 task instances changed.")).toBeTruthy();
    expect(bodies.at(-1)).toEqual({
      dry_run: false,
      only_failed: false,
      run_on_latest_version: false,
    });
  });

  it("send nothing while the preview is not of what would be sent", async () => {
    failedRun();
    const sent: boolean[] = [];
    let answer = () => {};
    let refuse = false;
    server.use(
      http.post(`${RUN}/clear`, async ({ request }) => {
        const body = (await request.json()) as { dry_run: boolean; only_failed: boolean };
        if (!body.dry_run) sent.push(body.only_failed);
        if (body.dry_run && refuse) return problem(503, "unavailable", "Not now.");
        if (body.dry_run && !body.only_failed)
          await new Promise<void>((done) => {
            answer = done;
          });
        return HttpResponse.json({
          task_instances: [failed],
          total_entries: body.only_failed ? 1 : 365,
        });
      }),
    );
    const { user } = open(PAGE);
    await user.click(await screen.findByRole("button", { name: "Clear run" }));
    const dialog = within(await screen.findByRole("dialog", { name: `Clear ${RUN_ID}` }));
    const clear = dialog.getByRole<HTMLButtonElement>("button", { name: "Clear" });
    await expect.poll(() => clear.disabled).toBe(false);
    await user.click(dialog.getByLabelText("Only what failed"));
    expect(clear.disabled).toBe(true);
    expect(dialog.getByText(/Asking the server/)).toBeTruthy();
    await user.click(clear);
    answer();
    await expect.poll(() => clear.disabled).toBe(false);
    expect(dialog.getByText("This changes 365 task instances:")).toBeTruthy();
    refuse = true;
    await user.click(dialog.getByLabelText(/latest version/));
    const again = await dialog.findByRole("button", { name: "Ask again" });
    expect(clear.disabled).toBe(true);
    refuse = false;
    await user.click(again);
    await expect
      .poll(() => {
        answer();
        return clear.disabled;
      })
      .toBe(false);
    expect(sent).toEqual([]);
  });

  it("tell two pairs of buttons apart, and preview the mark of a whole run", async () => {
    failedRun();
    const states: string[][] = [];
    server.use(
      http.get(`${RUN}/taskInstances`, ({ request }) => {
        const asked = new URL(request.url).searchParams.getAll("state");
        if (asked.includes("none")) states.push(asked);
        return HttpResponse.json({
          task_instances: [failed],
          total_entries: asked.includes("none") ? 41 : 1,
        });
      }),
    );
    const { user } = open(PAGE);
    const first = within(await screen.findByRole("region", { name: "First failed task" }));
    expect(first.getByRole("button", { name: "Clear task" })).toBeTruthy();
    expect(first.getByRole("button", { name: "Mark task as success" })).toBeTruthy();
    await user.click(screen.getByRole("button", { name: "Mark run as success" }));
    const dialog = within(await screen.findByRole("dialog"));
    expect(await dialog.findByText("This changes 41 task instances:")).toBeTruthy();
    expect(states[0]).toContain("upstream_failed");
    expect(states[0]).not.toContain("success");
    await expectAccessible();
  });

  it("are told to be out of reach for a viewer", async () => {
    failedRun();
    server.use(
      http.get(api("/users/me"), () =>
        HttpResponse.json({
          username: "eve",
          display_name: null,
          role: "viewer",
          grants: [],
          has_password: true,
          token_id: "t",
        }),
      ),
    );
    const { user } = open(PAGE);
    const about = within(await screen.findByRole("region", { name: "About this run" }));
    const clear = about.getByRole("button", { name: "Clear run" });
    await expect.poll(() => clear.title).toBe("Needs the role operator");
    await user.click(clear);
    expect(screen.queryByRole("dialog")).toBeNull();
  });

  it("acknowledge in the note's first line", async () => {
    failedRun({ note: "bad input" });
    const notes: unknown[] = [];
    server.use(
      http.patch(RUN, async ({ request }) => {
        notes.push(await request.json());
        return HttpResponse.json(run());
      }),
    );
    const { user } = open(PAGE);
    await user.click(await screen.findByRole("button", { name: "Acknowledge" }));
    await expect.poll(() => notes.length).toBe(1);
    expect(notes[0]).toEqual({
      note: expect.stringMatching(/^Acknowledged by admin at \d{4}-.*Z\nbad input$/),
    });
  });

  it("acknowledge once more what failed again", async () => {
    const note = "Acknowledged by ada at 2025-12-31T23:00:00Z\nbad input";
    failedRun({ note });
    open(PAGE);
    expect(await screen.findByText(/Before it failed again: acknowledged by ada/)).toBeTruthy();
    expect(screen.getByRole("button", { name: "Acknowledge" })).toBeTruthy();
    expect(screen.getByText("bad input")).toBeTruthy();
  });

  it("write over nobody's note", async () => {
    failedRun({ note: "mine" });
    const tags: unknown[] = [];
    server.use(
      http.patch(RUN, ({ request }) => {
        tags.push(request.headers.get("If-Match"));
        return HttpResponse.json(run());
      }),
    );
    const { user } = open(PAGE);
    await user.click(await screen.findByRole("button", { name: "Edit note" }));
    await user.type(screen.getByLabelText("Note"), "!");
    const theirs = run({ state: "failed", note: "theirs" });
    server.use(http.get(RUN, () => HttpResponse.json(theirs, { headers: { ETag: '"2"' } })));
    await user.click(screen.getByRole("button", { name: "Save note" }));
    expect((await screen.findByRole("alert")).textContent).toContain("Somebody has changed it");
    expect(screen.getByLabelText("Note")).toHaveProperty("value", "mine!");
    expect(tags).toEqual([]);
    const mine = run({ state: "failed", note: "mine" });
    server.use(http.get(RUN, () => HttpResponse.json(mine, { headers: { ETag: '"3"' } })));
    await user.click(screen.getByRole("button", { name: "Save note" }));
    await expect.poll(() => tags).toEqual(['"3"']);
  });

  it("name who waits for a run that failed, and say when not all were asked", async () => {
    failedRun();
    const waits = {
      dag_id: "mart",
      dag_run_id: "m1",
      task_id: "wait",
      state: "deferred",
      operator: "trigger_dag",
    } as const;
    server.use(
      http.get(api("/dags/~/dagRuns/~/taskInstances"), () =>
        HttpResponse.json({ task_instances: [instance(waits)], total_entries: 120 }),
      ),
      http.get(api("/dags/mart/dagRuns/m1/taskInstances/wait/why"), () => {
        const data = { dag_id: "hello", run_id: RUN_ID };
        const reasons = [{ code: "waits_for_run", message: "It waits.", data }];
        return HttpResponse.json({ state: "deferred", reasons });
      }),
    );
    open(PAGE);
    const box = within(await screen.findByRole("region", { name: "Waiting for it" }));
    expect(box.getByRole("link", { name: "task wait of m1 waits" })).toBeTruthy();
    expect(box.getByText(/Only the first 1 of 120 tasks/)).toBeTruthy();
  });

  it("name what changed since the last success", async () => {
    failedRun({ conf: { mode: "full" } });
    server.use(
      http.get(api("/dags/hello/dagRuns"), ({ request }) => {
        const query = new URL(request.url).searchParams;
        expect(query.get("state")).toBe("success");
        const good = run({ dag_run_id: "good", conf: { mode: "new" }, duration: 90 });
        return HttpResponse.json({ dag_runs: [good], total_entries: 1 });
      }),
      http.get(`${RUN}/taskInstances/extract`, () =>
        HttpResponse.json(instance({ task_id: "extract", hostname: "worker-9" })),
      ),
    );
    open(PAGE);
    const box = within(await screen.findByRole("region", { name: "Since the last success" }));
    expect(await box.findByText('"new" → "full"')).toBeTruthy();
    expect(await box.findByText("worker-9 → worker-1")).toBeTruthy();
    expect(box.getByRole("link", { name: "good" })).toBeTruthy();
    // That a failure ends sooner is no news.
    expect(box.queryByText("Duration of the run")).toBeNull();
  });

  it("lead with the DAG and the logical date; the run's ID can be copied", async () => {
    chooseZone("utc");
    failedRun({ dag_display_name: "Hello", logical_date: "2026-01-31T05:30:00Z" });
    const { user } = open(PAGE);
    const heading = await screen.findByRole("heading", { level: 1 });
    expect(heading.textContent).toBe("Hello · 2026-01-31 05:30:00");
    const about = within(screen.getByRole("region", { name: "About this run" }));
    expect(about.getByText(RUN_ID)).toBeTruthy();
    await user.click(about.getByRole("button", { name: "Copy the run ID" }));
    expect(await navigator.clipboard.readText()).toBe(RUN_ID);
  });

  it("filter the table by the URL", async () => {
    failedRun();
    server.use(
      http.get(`${RUN}/taskInstances`, () =>
        HttpResponse.json({
          task_instances: [failed, instance({ task_id: "load" })],
          total_entries: 2,
        }),
      ),
    );
    const { user, router } = open(`${PAGE}?task_state=success`);
    const table = within(await screen.findByRole("region", { name: "Task instances" }));
    expect(table.getByRole("link", { name: "load" })).toBeTruthy();
    expect(table.queryByRole("link", { name: "extract" })).toBeNull();
    await user.type(screen.getByLabelText("Filter by task"), "x");
    expect(await screen.findByText("No task instance passes the filter.")).toBeTruthy();
    expect(router.state.location.search).toMatchObject({ q: "x", task_state: "success" });
  });
});
