import { screen, within } from "@testing-library/react";
import { HttpResponse, http } from "msw";
import { describe, expect, it } from "vitest";
import { CALM_MS } from "@/api/queries";
import { instance, run, task } from "@/test/fixtures";
import { expectAccessible, open } from "@/test/render";
import { api, problem, RUN_ID, server } from "@/test/server";

const PAGE = `/dags/hello/runs/${encodeURIComponent(RUN_ID)}`;
const RUN = api("/dags/hello/dagRuns/:runId");

function world(state: "running" | "failed" | "success", instances: ReturnType<typeof instance>[]) {
  server.use(
    http.get(RUN, ({ params }) => {
      expect(params.runId).toBe(RUN_ID);
      return HttpResponse.json(
        run({ state, end_date: state === "running" ? null : run().end_date }),
      );
    }),
    http.get(`${RUN}/taskInstances`, () =>
      HttpResponse.json({ task_instances: instances, total_entries: instances.length }),
    ),
    http.get(api("/dags/hello/tasks"), () =>
      HttpResponse.json({
        tasks: [task("extract", ["load"]), task("load", ["report"]), task("report")],
        total_entries: 3,
      }),
    ),
  );
}

describe("the run page", () => {
  it("lists the task instances upstream first", async () => {
    world("success", [
      instance({ task_id: "report" }),
      instance({ task_id: "extract" }),
      instance({ task_id: "load" }),
    ]);
    open(PAGE);
    await screen.findByRole("link", { name: "extract" });
    const names = screen.getAllByRole("link", { name: /^(extract|load|report)$/ });
    expect(names.map((link) => link.textContent)).toEqual(["extract", "load", "report"]);
    expect(screen.getByText("3 Success")).toBeTruthy();
    await expectAccessible();
  });

  it("waits for the graph rather than let rows change places", async () => {
    world("success", [instance({ task_id: "count" }), instance({ task_id: "greet" })]);
    let answer = () => {};
    const asked = new Promise<void>((resolve) => {
      answer = resolve;
    });
    server.use(
      http.get(api("/dags/hello/tasks"), async () => {
        await asked;
        return HttpResponse.json({ tasks: [task("greet", ["count"]), task("count")] });
      }),
    );
    open(PAGE);
    await screen.findByText("Loading the tasks …");
    expect(screen.queryByRole("link", { name: "count" })).toBeNull();
    answer();
    await screen.findByRole("link", { name: "count" });
    const names = screen.getAllByRole("link", { name: /^(count|greet)$/ });
    expect(names.map((link) => link.textContent)).toEqual(["greet", "count"]);
  });

  it("points at the first failed task, not at what it pulled down", async () => {
    world("failed", [
      instance({ task_id: "extract", state: "failed", reason: "exit code 3" }),
      instance({ task_id: "load", state: "upstream_failed", start_date: null, end_date: null }),
    ]);
    open(PAGE);
    const box = await screen.findByRole("region", { name: "First failed task" });
    expect(within(box).getByRole("link", { name: "extract" })).toBeTruthy();
    expect(box.textContent).toContain("exit code 3");
    expect(screen.getByText("1 Upstream Failed")).toBeTruthy();
  });

  it("reads the task instances once more when the run has ended", async () => {
    let ended = false;
    server.use(
      http.get(RUN, () => HttpResponse.json(run({ state: ended ? "failed" : "running" }))),
      http.get(`${RUN}/taskInstances`, () => {
        // The end comes right after this answer was made.
        const state = ended ? "failed" : "running";
        ended = true;
        return HttpResponse.json({ task_instances: [instance({ state })], total_entries: 1 });
      }),
    );
    open(PAGE);
    const began = performance.now();
    expect(await screen.findByText("1 Failed")).toBeTruthy();
    expect(performance.now() - began).toBeLessThan(CALM_MS);
  });

  it("says why a task waits", async () => {
    world("running", [
      instance({ task_id: "load", state: "scheduled", start_date: null, end_date: null }),
    ]);
    server.use(
      http.get(`${RUN}/taskInstances/load/why`, () =>
        HttpResponse.json({
          state: "scheduled",
          reasons: [
            { code: "pool_full", message: "The pool erp_api has no free slot (4 of 4).", data: {} },
          ],
        }),
      ),
    );
    open(PAGE);
    expect(await screen.findByText("The pool erp_api has no free slot (4 of 4).")).toBeTruthy();
  });

  it("cancels after asking, and shows a refusal", async () => {
    world("running", [instance({ state: "running", end_date: null, duration: null })]);
    let refused = true;
    let cancelled = 0;
    server.use(
      http.post(`${RUN}/cancel`, () => {
        if (refused) return problem(409, "conflict", "The run has just ended.");
        cancelled += 1;
        return HttpResponse.json(run({ state: "failed" }));
      }),
    );
    const { user } = open(PAGE);
    await user.click(await screen.findByRole("button", { name: "Cancel run" }));
    const dialog = within(screen.getByRole("dialog", { name: "Cancel this run?" }));
    await user.click(dialog.getByRole("button", { name: "Cancel run" }));
    expect((await dialog.findByRole("alert")).textContent).toContain("just ended");
    refused = false;
    await user.click(dialog.getByRole("button", { name: "Cancel run" }));
    await expect.poll(() => screen.queryByRole("dialog")).toBeNull();
    expect(cancelled).toBe(1);
  });

  it("marks a failed run as success and keeps a note", async () => {
    world("failed", [instance({ state: "failed" })]);
    const patches: unknown[] = [];
    server.use(
      http.patch(RUN, async ({ request }) => {
        patches.push(await request.json());
        return HttpResponse.json(run());
      }),
    );
    const { user } = open(PAGE);
    const mark = "Mark run as success";
    await user.click(await screen.findByRole("button", { name: mark }));
    const dialog = within(await screen.findByRole("dialog"));
    expect(await dialog.findByText("This changes 1 task instance:")).toBeTruthy();
    await user.click(dialog.getByRole("button", { name: mark }));
    await expect.poll(() => screen.queryByRole("dialog")).toBeNull();
    await user.click(screen.getByRole("button", { name: "Add a note" }));
    await user.type(screen.getByLabelText("Note"), "bad input");
    await user.click(screen.getByRole("button", { name: "Save note" }));
    await screen.findByRole("button", { name: /note$/ });
    expect(patches).toEqual([{ state: "success" }, { note: "bad input" }]);
  });

  it("says that there is no such run", async () => {
    server.use(http.get(RUN, () => problem(404, "not_found", `There is no run ${RUN_ID}.`)));
    open(PAGE);
    expect((await screen.findByRole("alert")).textContent).toContain("There is no such run");
  });
});
