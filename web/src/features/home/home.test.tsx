import { screen, waitFor, within } from "@testing-library/react";
import { HttpResponse, http } from "msw";
import { describe, expect, it } from "vitest";
import { dag, instance, me, minutesAgo, run, runBar, worker } from "@/test/fixtures";
import { expectAccessible, open } from "@/test/render";
import { api, problem, server } from "@/test/server";

const RUNS = api("/dags/:dagId/dagRuns");
const soon = new Date(Date.now() + 600_000).toISOString();
const longAgo = new Date(Date.now() - 600_000).toISOString();

function failure(dag_id: string, dag_run_id: string, more: Parameters<typeof run>[0] = {}) {
  const times = { run_after: minutesAgo(90), end_date: minutesAgo(80) };
  const kind = { run_type: "scheduled", state: "failed" } as const;
  return run({ dag_id, dag_display_name: dag_id, dag_run_id, ...kind, ...times, ...more });
}

const FAILED = [
  failure("orders", "o2"),
  failure("orders", "o1", { run_after: minutesAgo(150), end_date: minutesAgo(140) }),
  failure("mails", "m1", { end_date: minutesAgo(85) }),
];
const queued = run({
  dag_id: "waits",
  dag_display_name: "waits",
  dag_run_id: "w1",
  state: "queued",
  queued_at: longAgo,
  start_date: null,
  end_date: null,
});

/** Two failures of orders, which is still broken, one of mails, which is not; one that waits. */
function trouble(failed = FAILED) {
  server.use(
    http.get(RUNS, ({ request }) => {
      const query = new URL(request.url).searchParams;
      const state = query.get("state");
      const runs = state === "failed" ? failed : state === "queued" ? [queued] : [];
      return HttpResponse.json({ dag_runs: runs, total_entries: runs.length });
    }),
    http.get(api("/recentDagRuns"), ({ request }) => {
      const ids = new URL(request.url).searchParams.getAll("dag_ids");
      const later = { run_after: minutesAgo(30), end_date: minutesAgo(29) };
      const good = runBar({ dag_id: "mails", run_type: "scheduled", state: "success", ...later });
      const dags = ids.map((dag_id) => ({
        dag_id,
        latest_dag_runs: dag_id === "mails" ? [good] : [],
      }));
      return HttpResponse.json({ dags });
    }),
    http.get(api("/dagRunStats"), ({ request }) => {
      const bounds = new URL(request.url).searchParams.getAll("run_after");
      const dag_run_states = { queued: 0, running: 1, success: 2, failed: 1 };
      return HttpResponse.json({ windows: bounds.slice(1).map(() => ({ dag_run_states })) });
    }),
    http.get(api("/dags"), ({ request }) => {
      const query = new URL(request.url).searchParams;
      if (query.get("limit") === "0") return HttpResponse.json({ dags: [], total_entries: 7 });
      const dags =
        query.get("last_dag_run_state") === "failed"
          ? [dag({ dag_id: "orders" })]
          : query.get("dag_run_state") === "failed"
            ? [dag({ dag_id: "orders" }), dag({ dag_id: "mails" })]
            : [dag({ dag_id: "nightly", next_dagrun_run_after: soon })];
      return HttpResponse.json({ dags, total_entries: dags.length });
    }),
    http.get(api("/dags/:dagId/dagRuns/:runId/taskInstances"), ({ request }) => {
      const wanted = new URL(request.url).searchParams.get("state");
      const found = wanted === "failed" ? [instance({ task_id: "load", reason: "exit 2" })] : [];
      return HttpResponse.json({ task_instances: found, total_entries: found.length });
    }),
    http.get(api("/dags/waits/dagRuns/w1/why"), () =>
      HttpResponse.json({
        state: "queued",
        reasons: [{ code: "max_active_runs", message: "1 run is active", data: {} }],
      }),
    ),
  );
}

/** No DAG failed, neither last nor at all. */
function nothingFailed() {
  server.use(
    http.get(api("/dags"), ({ request }) => {
      const query = new URL(request.url).searchParams;
      const isAsked = query.has("last_dag_run_state") || query.has("dag_run_state");
      const dags = isAsked ? [] : [dag()];
      return HttpResponse.json({ dags, total_entries: dags.length });
    }),
    http.get(RUNS, () => HttpResponse.json({ dag_runs: [], total_entries: 0 })),
  );
}

const tagOf = (dagId: string, name: string) => ({ name, dag_id: dagId, dag_display_name: dagId });

describe("home", () => {
  it("shows what is broken, what waits and why, and what comes next", async () => {
    trouble();
    const { user } = open("/");
    const broken = await screen.findByRole("region", { name: /^Failed/ });
    const link = await within(broken).findByRole("link", { name: "orders" });
    expect(link.getAttribute("href")).toBe("/dags/orders/runs/o2");
    expect(await within(broken).findByRole("link", { name: "first: load" })).toBeTruthy();
    expect(within(broken).queryByRole("link", { name: "mails" })).toBeNull();
    expect(await screen.findByText("1 run is active")).toBeTruthy();
    expect(await screen.findByRole("link", { name: "nightly" })).toBeTruthy();
    expect(await screen.findByText("48 successful, 24 failed")).toBeTruthy();
    expect(screen.getByRole("region", { name: "Runs by when they were due" })).toBeTruthy();
    await expectAccessible();
    await user.click(within(broken).getByRole("button", { name: "All" }));
    expect(await within(broken).findByRole("link", { name: "mails" })).toBeTruthy();
  });

  it("says that all is well", async () => {
    nothingFailed();
    server.use(
      http.get(RUNS, () => HttpResponse.json({ dag_runs: [], total_entries: 0 })),
      http.get(api("/dags/:dagId/dagRuns/:runId/taskInstances"), () =>
        HttpResponse.json({ task_instances: [], total_entries: 0 }),
      ),
    );
    open("/");
    expect(await screen.findByText(/Nothing is broken/)).toBeTruthy();
    expect(await screen.findByText("Nothing is late.")).toBeTruthy();
    expect(await screen.findByText("Nothing runs.")).toBeTruthy();
    await expectAccessible();
  });

  it("does not say so when more DAGs failed than it could read, or the reading failed", async () => {
    nothingFailed();
    server.use(
      http.get(api("/dags"), ({ request }) => {
        const isAsked = new URL(request.url).searchParams.has("last_dag_run_state");
        return HttpResponse.json({ dags: [], total_entries: isAsked ? 400 : 0 });
      }),
    );
    const first = open("/");
    const link = await screen.findByRole("link", { name: "400 more DAGs whose last run failed" });
    expect(link.getAttribute("href")).toBe("/dags?state=failed");
    expect(screen.getByRole("region", { name: /^Failed ?400$/ })).toBeTruthy();
    expect(screen.queryByText(/Nothing is broken/)).toBeNull();
    first.unmount();
    server.use(
      http.get(api("/dags"), ({ request }) =>
        new URL(request.url).searchParams.has("last_dag_run_state")
          ? problem(429, "too_slow", "Counting took too long.")
          : HttpResponse.json({ dags: [], total_entries: 0 }),
      ),
    );
    open("/");
    expect(await screen.findByText("Counting took too long.")).toBeTruthy();
    expect(screen.queryByText(/Nothing is broken/)).toBeNull();
  });

  it("finds failures that another DAG's crowd out of the first answer, or that are old", async () => {
    trouble();
    const asked: unknown[] = [];
    server.use(
      http.get(api("/dags"), ({ request }) => {
        const query = new URL(request.url).searchParams;
        const dags = query.has("last_dag_run_state")
          ? [dag({ dag_id: "orders" }), dag({ dag_id: "weekly" })]
          : [];
        return HttpResponse.json({ dags, total_entries: dags.length });
      }),
      http.post(api("/dags/~/dagRuns/list"), async ({ request }) => {
        asked.push(await request.json());
        const old = failure("weekly", "w", { end_date: minutesAgo(4 * 24 * 60) });
        return HttpResponse.json({ dag_runs: [old], total_entries: 1 });
      }),
    );
    open("/");
    expect(await screen.findByRole("link", { name: "weekly" })).toBeTruthy();
    expect(screen.getByRole("region", { name: /^Failed ?2$/ })).toBeTruthy();
    expect(asked[0]).toMatchObject({ dag_ids: ["weekly"], states: ["failed"] });
  });

  it("keeps a backfill's failure though the schedule goes on well, and says the rule", async () => {
    trouble([...FAILED, failure("mails", "backfill_1", { run_type: "backfill" })]);
    const { user } = open("/");
    const broken = within(await screen.findByRole("region", { name: /^Failed/ }));
    const link = await broken.findByRole("link", { name: "mails" });
    expect(link.getAttribute("href")).toBe("/dags/mails/runs/backfill_1");
    expect(broken.getByText(/of a backfill .* stays until it is retried/)).toBeTruthy();
    await user.click(broken.getByText("and 1 more"));
    await user.click(broken.getByLabelText("All 2 runs of orders"));
    expect(broken.getByRole("button", { name: "Retry 2 runs …" })).toBeTruthy();
  });

  it("says who has taken care of a failure, unless it failed again since", async () => {
    const note = (at: string) => `Acknowledged by ada at ${at}\nbad input`;
    trouble([failure("orders", "o2", { note: note(minutesAgo(3)) })]);
    const first = open("/");
    const row = await screen.findByTitle("Acknowledged by ada");
    expect(row.textContent).toMatch(/^✓ ada, 3m ago/);
    first.unmount();
    trouble([failure("orders", "o2", { note: note(minutesAgo(100)) })]);
    open("/");
    expect(await screen.findByRole("link", { name: "orders" })).toBeTruthy();
    expect(screen.queryByTitle("Acknowledged by ada")).toBeNull();
  });

  it("tells what waits for an answer from what works", async () => {
    nothingFailed();
    const at = { start_date: minutesAgo(20), end_date: null, state: "running" } as const;
    const asks = { dag_id: "asks", dag_display_name: "asks", dag_run_id: "a1" };
    const works = { dag_id: "works", dag_display_name: "works", dag_run_id: "w1" };
    server.use(
      http.get(RUNS, ({ request }) => {
        const isAsked = new URL(request.url).searchParams.get("state") === "running";
        const runs = isAsked ? [run({ ...asks, ...at }), run({ ...works, ...at })] : [];
        return HttpResponse.json({ dag_runs: runs, total_entries: runs.length });
      }),
      http.get(api("/dags/~/dagRuns/~/hitlDetails"), ({ request }) => {
        const query = new URL(request.url).searchParams;
        expect([query.get("response_received"), query.get("state")]).toEqual(["false", "deferred"]);
        const one = {
          subject: "Load in full?",
          created_at: minutesAgo(19),
          expires_at: new Date(Date.now() + 3_900_000).toISOString(),
          task_instance: instance({ ...asks, task_id: "ask", state: "deferred" }),
        };
        return HttpResponse.json({ hitl_details: [one], total_entries: 1 });
      }),
    );
    open("/");
    const box = within(await screen.findByRole("region", { name: /^Waits for an answer/ }));
    const link = box.getByRole("link", { name: "Load in full?" });
    expect(link.getAttribute("href")).toBe("/dags/asks/runs/a1/tasks/ask");
    expect(box.getByText(/fails without one/).textContent).toMatch(/in 1h$/);
    const running = within(screen.getByRole("region", { name: /^Running/ }));
    const rows = running.getAllByRole("listitem").map((row) => row.textContent);
    expect(rows[0]).toMatch(/^works/);
    expect(rows[1]).toMatch(/^askswaits for an answer/);
    await expectAccessible();
  });

  it("says so when no worker is there, or not all are", async () => {
    server.use(
      http.get(api("/workers"), () => HttpResponse.json({ workers: [], total_entries: 0 })),
    );
    const first = open("/");
    expect(await screen.findByText("none online: nothing can run")).toBeTruthy();
    first.unmount();
    server.use(
      http.get(api("/workers"), () =>
        HttpResponse.json({ workers: [worker(), worker({ state: "lost" })], total_entries: 2 }),
      ),
    );
    open("/");
    expect(await screen.findByText(/1 online, 1 not reachable/)).toBeTruthy();
  });

  it("retries what is ticked after showing what that is", async () => {
    trouble();
    const calls: unknown[] = [];
    server.use(
      http.post(api("/dags/:dagId/dagRuns/:runId/clear"), async ({ params, request }) => {
        const body = await request.json();
        calls.push([params.runId, body]);
        return HttpResponse.json({
          task_instances: [],
          total_entries: params.runId === "o2" ? 3 : 1,
        });
      }),
    );
    const { user } = open("/?failed=all");
    await user.click(await screen.findByLabelText("Select all"));
    await user.click(screen.getByRole("button", { name: "Retry 2 runs …" }));
    const dialog = await screen.findByRole("dialog", { name: "Retry what failed" });
    await within(dialog).findByText("3 tasks run again");
    await expectAccessible();
    expect(calls.map((call) => (call as unknown[])[1])).toEqual([
      { dry_run: true, only_failed: true },
      { dry_run: true, only_failed: true },
    ]);
    calls.length = 0;
    await user.click(within(dialog).getByRole("button", { name: "Retry 4 tasks" }));
    expect(await screen.findByText("2 runs go on.")).toBeTruthy();
    expect(calls).toEqual([
      ["o2", { dry_run: false, only_failed: true }],
      ["m1", { dry_run: false, only_failed: true }],
    ]);
  });

  it("goes on with what was asked for, though it is asked again what would run", async () => {
    trouble();
    let isRetried = false;
    let goOn = () => {};
    const waits = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    let tell = (_: string) => {};
    const body = new ReadableStream({
      start: (stream) => {
        tell = (text) => stream.enqueue(new TextEncoder().encode(text));
      },
    });
    server.use(
      http.get(
        api("/events"),
        () => new HttpResponse(body, { headers: { "Content-Type": "text/event-stream" } }),
        { once: true },
      ),
      http.post(api("/dags/:dagId/dagRuns/:runId/clear"), async ({ request }) => {
        const { dry_run: isPreview } = (await request.json()) as { dry_run: boolean };
        if (!isPreview) {
          isRetried = true;
          await waits;
        }
        return HttpResponse.json({ task_instances: [], total_entries: isRetried ? 0 : 2 });
      }),
    );
    const { user } = open("/?failed=all");
    tell('id: 1\nevent: hello\ndata: {"position":1}\n\n');
    await user.click(await screen.findByLabelText("Select all"));
    await user.click(screen.getByRole("button", { name: "Retry 2 runs …" }));
    const dialog = within(await screen.findByRole("dialog", { name: "Retry what failed" }));
    await user.click(await dialog.findByRole("button", { name: "Retry 4 tasks" }));
    expect(await dialog.findByText("Retrying 0 of 2 …")).toBeTruthy();
    // Then nothing is left in the list behind the dialog.
    nothingFailed();
    for (const [dag_id, dag_run_id] of [
      ["orders", "o2"],
      ["mails", "m1"],
    ]) {
      const change = { dag_id, dag_run_id, from: "failed", to: "queued", at: soon };
      tell(`event: run\ndata: ${JSON.stringify(change)}\n\n`);
    }
    await waitFor(() => expect(dialog.getAllByText("nothing to run again")).toHaveLength(2));
    expect(await screen.findByText("Nothing failed in this time.")).toBeTruthy();
    expect(dialog.getByText("Retrying 0 of 2 …")).toBeTruthy();
    goOn();
    expect(await screen.findByText("2 runs go on.")).toBeTruthy();
  });

  it("offers a retry to whom a tag's grant allows it, and no other one", async () => {
    trouble();
    server.use(
      http.get(api("/users/me"), () =>
        HttpResponse.json(me({ role: "viewer", grants: [{ role: "operator", tag: "shop" }] })),
      ),
      http.get(api("/dags"), () => {
        const dags = [dag({ dag_id: "orders", tags: [tagOf("orders", "shop")] })];
        return HttpResponse.json({ dags, total_entries: 1 });
      }),
    );
    const { user } = open("/?failed=all");
    const mails = await screen.findByLabelText("Select mails m1");
    await waitFor(() => expect(mails).toHaveProperty("disabled", true));
    expect(mails.title).toBe("Needs the role operator");
    await user.click(screen.getByLabelText("Select all"));
    expect(screen.getByLabelText("Select orders o2")).toHaveProperty("checked", true);
    expect(mails).toHaveProperty("checked", false);
    expect(screen.getByRole("button", { name: "Retry 1 run …" })).toBeTruthy();
  });

  it("calls nothing broken that the person may not see", async () => {
    const refused = () => problem(403, "forbidden", "this needs the role viewer");
    server.use(http.get(api("/workers"), refused), http.get(api("/pools"), refused));
    open("/");
    const health = within(await screen.findByRole("region", { name: "Health" }));
    expect(await health.findByText(/active/)).toBeTruthy();
    await waitFor(() => expect(health.queryByText("Workers")).toBeNull());
    expect(health.queryByText("Pools")).toBeNull();
    expect(health.queryByText(/needs the role/)).toBeNull();
  });

  it("tells how much room the data has, and when that is little", async () => {
    server.use(
      http.get(api("/monitor/health"), () =>
        HttpResponse.json({
          metadatabase: { status: "healthy" },
          scheduler: { status: "healthy", latest_scheduler_heartbeat: null },
          triggerer: { status: null, latest_triggerer_heartbeat: null },
          dag_processor: null,
          disk: { status: "unhealthy", free_bytes: 3 * 1024 * 1024, total_bytes: 1e9 },
        }),
      ),
    );
    open("/");
    const health = within(await screen.findByRole("region", { name: "Health" }));
    const room = await health.findByText("3.0 MiB free");
    expect(room.parentElement?.className).toContain("border-bad");
  });

  it("lets nobody hold who may not", async () => {
    server.use(http.get(api("/users/me"), () => HttpResponse.json(me({ role: "viewer" }))));
    open("/");
    await waitFor(() => {
      const button = screen.getByRole("button", { name: "Hold everything …" });
      expect(button).toHaveProperty("disabled", true);
      expect(button.title).toBe("Needs the role operator");
    });
  });
});
