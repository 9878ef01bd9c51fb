import { screen, within } from "@testing-library/react";
import { HttpResponse, http } from "msw";
import { describe, expect, it } from "vitest";
import { TAIL_BYTES } from "@/lib/log-buffer";
import { attempt, instance } from "@/test/fixtures";
import { expectAccessible, open } from "@/test/render";
import { api, logStream, problem, RUN_ID, server } from "@/test/server";

const PAGE = `/dags/hello/runs/${encodeURIComponent(RUN_ID)}/tasks/greet`;
const TASK = api("/dags/hello/dagRuns/:runId/taskInstances/greet");

describe("the task page", () => {
  it("shows the log as text, colours included, markup not", async () => {
    server.use(
      http.get(`${TASK}/logs/1`, () =>
        logStream([
          { event: "\u001b[31mred\u001b[0m alert" },
          { event: "<script>document.title = 'owned'</script>", stream: "stderr" },
        ]),
      ),
    );
    open(PAGE);
    const log = await screen.findByRole("log");
    expect((await within(log).findByText("red")).className).toBe("ansi-red-fg");
    expect(within(log).getByText("<script>document.title = 'owned'</script>")).toBeTruthy();
    expect(await screen.findByText("Complete")).toBeTruthy();
    expect(screen.getByText("2 lines")).toBeTruthy();
    await expectAccessible();
  });

  it("shows the tries, each with its own log", async () => {
    server.use(
      http.get(TASK, () => HttpResponse.json(instance({ try_number: 2, max_tries: 2 }))),
      http.get(`${TASK}/tries`, () =>
        HttpResponse.json({
          task_instances: [
            attempt({ try_number: 1, state: "failed", outcome: "failed", error: "exit code 7" }),
            attempt({ try_number: 2 }),
          ],
          total_entries: 2,
        }),
      ),
      http.get(`${TASK}/logs/:tryNumber`, ({ params }) =>
        logStream([{ event: `this is try ${String(params.tryNumber)}` }]),
      ),
    );
    const { user, router } = open(PAGE);
    expect(await screen.findByText("this is try 2")).toBeTruthy();
    await user.click(
      within(screen.getByRole("navigation", { name: "Tries" })).getByRole("link", {
        name: "Try 1",
      }),
    );
    expect(await screen.findByText("this is try 1")).toBeTruthy();
    expect(screen.getByText("exit code 7")).toBeTruthy();
    expect(router.state.location.searchStr).toBe("?try=1");
  });

  it("starts a huge log near its end", async () => {
    const offsets: (string | null)[] = [];
    server.use(
      http.get(`${TASK}/tries`, () =>
        HttpResponse.json({
          task_instances: [attempt({ log_bytes: 64 * 1024 * 1024 })],
          total_entries: 1,
        }),
      ),
      http.get(`${TASK}/logs/1`, ({ request }) => {
        offsets.push(new URL(request.url).searchParams.get("offset"));
        return logStream([{ event: "late line" }]);
      }),
    );
    const { user } = open(PAGE);
    expect(await screen.findByText(/This log has 64.0 MiB; a part of it is shown/)).toBeTruthy();
    await user.click(screen.getByRole("button", { name: "From the beginning" }));
    await expect.poll(() => offsets.at(-1)).toBe("0");
    expect(offsets[0]).toBe(String(64 * 1024 * 1024 - TAIL_BYTES));
  });

  it("keeps the place in a log that grows and ends while one reads in it", async () => {
    const MIB = 1024 * 1024;
    let over = false;
    const offsets: (string | null)[] = [];
    const running = { state: "running", outcome: "running", end_date: null } as const;
    server.use(
      http.get(TASK, () => HttpResponse.json(instance(over ? {} : running))),
      http.get(`${TASK}/tries`, () =>
        HttpResponse.json({
          task_instances: [
            attempt(over ? { log_bytes: 64 * MIB } : { ...running, log_bytes: MIB }),
          ],
          total_entries: 1,
        }),
      ),
      http.get(`${TASK}/logs/1`, ({ request }) => {
        offsets.push(new URL(request.url).searchParams.get("offset"));
        return logStream([{ event: "a line" }]);
      }),
    );
    const { client } = open(`${PAGE}?at=${MIB - 5}`);
    await screen.findByText("a line");
    over = true;
    await client.invalidateQueries();
    expect(await screen.findByText(/This log has 64.0 MiB/)).toBeTruthy();
    expect(offsets).toEqual([String(MIB - TAIL_BYTES)]);
  });

  it("links to a line of the try that is shown, and stays there when the next one begins", async () => {
    let tries = 1;
    server.use(
      http.get(TASK, () =>
        HttpResponse.json(
          instance({ state: "running", end_date: null, try_number: tries, max_tries: 2 }),
        ),
      ),
      http.get(`${TASK}/tries`, () =>
        HttpResponse.json({
          task_instances: [
            attempt({ try_number: 1, hostname: "first-worker", exit_code: 3 }),
            ...(tries > 1 ? [attempt({ try_number: 2, state: "running", exit_code: null })] : []),
          ],
          total_entries: tries,
        }),
      ),
      http.get(`${TASK}/logs/:tryNumber`, ({ params }) =>
        logStream([{ event: `this is try ${String(params.tryNumber)}` }]),
      ),
    );
    const { user, router, client } = open(PAGE);
    await screen.findByText("this is try 1");
    await user.click(screen.getByRole("button", { name: "Link to line 1" }));
    expect(router.state.location.search).toMatchObject({ at: "0", try: "1" });
    tries = 2;
    await client.invalidateQueries();
    const next = await screen.findByRole("link", { name: "Try 2 has begun: show it" });
    expect(screen.getByText("this is try 1")).toBeTruthy();
    const about = screen.getByRole("region", { name: "About this task instance" });
    expect(within(about).getByText("first-worker")).toBeTruthy();
    expect(within(about).getByText("1 of 3")).toBeTruthy();
    await user.click(next);
    expect(await screen.findByText("this is try 2")).toBeTruthy();
    expect(router.state.location.search).not.toHaveProperty("at");
  });

  it("keeps what was read when more cannot be", async () => {
    server.use(
      http.get(`${TASK}/tries`, () =>
        HttpResponse.json({
          task_instances: [attempt({ log_bytes: 64 * 1024 * 1024 })],
          total_entries: 1,
        }),
      ),
      http.get(`${TASK}/logs/1`, ({ request }) =>
        new URL(request.url).searchParams.has("limit")
          ? problem(500, "internal", "The archive is damaged.")
          : logStream([{ event: "late line" }]),
      ),
    );
    const { user } = open(PAGE);
    await screen.findByText("late line");
    await user.click(screen.getByRole("button", { name: "Read earlier lines" }));
    expect((await screen.findByRole("alert")).textContent).toContain("The archive is damaged.");
    expect(screen.getByText("late line")).toBeTruthy();
  });

  it("shows the outputs", async () => {
    const entry = {
      dag_id: "hello",
      dag_display_name: "hello",
      task_id: "greet",
      task_display_name: "greet",
      run_id: RUN_ID,
      key: "rows",
      logical_date: null,
      map_index: -1,
      run_after: "2026-01-01T00:00:00Z",
      timestamp: "2026-01-01T00:00:02Z",
    };
    server.use(
      http.get(`${TASK}/xcomEntries`, () =>
        HttpResponse.json({ xcom_entries: [entry], total_entries: 1 }),
      ),
      http.get(`${TASK}/xcomEntries/rows`, () => HttpResponse.json({ ...entry, value: { n: 42 } })),
    );
    open(`${PAGE}?tab=outputs`);
    expect((await screen.findByText("n:")).parentElement?.textContent).toBe("n: 42");
    await expectAccessible();
  });

  it("reads one element of a mapped task", async () => {
    server.use(
      http.get(`${TASK}/3`, () =>
        HttpResponse.json(instance({ map_index: 3, state: null, try_number: 0 })),
      ),
      http.get(`${TASK}/3/why`, () =>
        HttpResponse.json({
          state: null,
          reasons: [{ code: "upstream_unfinished", message: "Waits for extract.", data: {} }],
        }),
      ),
    );
    open(`${PAGE}?map=3`);
    expect(await screen.findByRole("heading", { name: "greet [3]" })).toBeTruthy();
    expect(await screen.findByText("Waits for extract.")).toBeTruthy();
    expect(screen.getByText(/there is no log/)).toBeTruthy();
  });

  it("says why there is no log", async () => {
    server.use(http.get(`${TASK}/logs/1`, () => problem(404, "not_found", "The log was deleted.")));
    open(PAGE);
    expect((await screen.findByRole("alert")).textContent).toContain("The log was deleted.");
  });
});
