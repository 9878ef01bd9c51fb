import { screen, waitFor, within } from "@testing-library/react";
import { HttpResponse, http } from "msw";
import { describe, expect, it } from "vitest";
import { dag, details, run, runBar } from "@/test/fixtures";
import { expectAccessible, open } from "@/test/render";
import { api, problem, server } from "@/test/server";

describe("the DAG list", () => {
  it("shows each DAG with its schedule, its last run and a link", async () => {
    server.use(
      http.get(api("/dags"), () =>
        HttpResponse.json({
          dags: [
            dag({ tags: [{ name: "demo", dag_id: "hello", dag_display_name: "hello" }] }),
            dag({ dag_id: "nightly", is_paused: true, has_import_errors: true }),
          ],
          total_entries: 2,
        }),
      ),
    );
    open("/dags");
    const link = await screen.findByRole("link", { name: "hello" });
    expect(link.getAttribute("href")).toBe("/dags/hello");
    const row = link.closest("tr");
    if (!row) throw new Error("no row");
    expect(await within(row).findByText("Success")).toBeTruthy();
    expect(within(row).getByText("Daily at 02:00")).toBeTruthy();
    expect(screen.getByText("import error")).toBeTruthy();
    expect(screen.getByText("2 DAGs")).toBeTruthy();
    await expectAccessible();
  });

  it("asks for the bars of all DAGs in sight together, and takes what is new from the latest", async () => {
    const asked: string[][] = [];
    const names = ["a", "b", "c"];
    server.use(
      http.get(api("/dags"), () =>
        HttpResponse.json({ dags: names.map((dag_id) => dag({ dag_id })), total_entries: 3 }),
      ),
      http.get(api("/recentDagRuns"), ({ request }) => {
        asked.push(new URL(request.url).searchParams.getAll("dag_ids"));
        const latest_dag_runs = [runBar({ dag_id: "a", state: "failed" })];
        return HttpResponse.json({
          dags: names.map((dag_id) => ({
            dag_id,
            latest_dag_runs: dag_id === "a" ? latest_dag_runs : [],
          })),
        });
      }),
      http.get(api("/dags/:dagId/dagRuns"), ({ params }) => {
        expect(params.dagId, "no DAG is asked for by itself").toBe("~");
        const newer = run({ dag_id: "b", dag_run_id: "new", state: "running", end_date: null });
        return HttpResponse.json({ dag_runs: [newer], total_entries: 1 });
      }),
    );
    open("/dags");
    const row = async (name: string) =>
      (await screen.findByRole("link", { name })).closest("tr") as HTMLElement;
    expect(await within(await row("a")).findByText("Failed")).toBeTruthy();
    expect(await within(await row("b")).findByText("Running")).toBeTruthy();
    expect(await within(await row("c")).findByText("No runs yet")).toBeTruthy();
    expect(new Set(asked.map(String))).toEqual(new Set([String(names)]));
  });

  it("offers the owners of all DAGs", async () => {
    server.use(
      http.get(api("/dagOwners"), () =>
        HttpResponse.json({ owners: ["finance", "ops"], total_entries: 2 }),
      ),
    );
    const { container } = open("/dags");
    await expect
      .poll(() =>
        [...container.querySelectorAll<HTMLOptionElement>("datalist option")].map(
          ({ value }) => value,
        ),
      )
      .toEqual(expect.arrayContaining(["finance", "ops"]));
  });

  it("asks for what the URL says, and puts what one types there", async () => {
    const asked: string[] = [];
    server.use(
      http.get(api("/dags"), ({ request }) => {
        asked.push(new URL(request.url).search);
        return HttpResponse.json({ dags: [], total_entries: 0 });
      }),
    );
    const { user, router } = open(
      "/dags?state=failed&paused=no&tag=demo&owner=ops&sort=-next_dagrun",
    );
    expect(await screen.findByText("No DAG matches these filters.")).toBeTruthy();
    expect(asked[0]).toContain("last_dag_run_state=failed");
    expect(asked[0]).toContain("paused=false");
    expect(asked[0]).toContain("tags=demo");
    expect(asked[0]).toContain("owners=ops");
    expect(asked[0]).toContain("order_by=-next_dagrun");
    await user.type(screen.getByLabelText("Search DAGs"), "ord");
    await waitFor(() => expect(router.state.location.search).toMatchObject({ q: "ord" }));
    // Nothing has that name, so it is looked for among the ids, too.
    await waitFor(() => expect(asked.at(-1)).toContain("dag_id_pattern=ord"));
    expect(asked.at(-2)).toContain("dag_display_name_pattern=ord");
  });

  it("unpauses a DAG", async () => {
    let body: unknown;
    let paused = true;
    server.use(
      http.get(api("/dags"), () =>
        HttpResponse.json({ dags: [dag({ is_paused: paused })], total_entries: 1 }),
      ),
      http.patch(api("/dags/hello"), async ({ request }) => {
        body = await request.json();
        paused = false;
        return HttpResponse.json(dag());
      }),
    );
    const { user } = open("/dags");
    await user.click(await screen.findByRole("switch", { name: "Unpause hello" }));
    expect(await screen.findByRole("switch", { name: "Pause hello", checked: true })).toBeTruthy();
    expect(body).toEqual({ is_paused: false });
  });

  it("shows names and descriptions as text only", async () => {
    const markup = '<img src="x" onerror="document.title=1">';
    server.use(
      http.get(api("/dags"), () =>
        HttpResponse.json({
          dags: [dag({ dag_display_name: markup, description: markup })],
          total_entries: 1,
        }),
      ),
    );
    open("/dags");
    expect(await screen.findByRole("link", { name: markup })).toBeTruthy();
    expect(document.querySelector("img")).toBeNull();
  });

  it("shows the server's refusal and tries again", async () => {
    let broken = true;
    server.use(
      http.get(api("/dags"), () =>
        broken
          ? problem(400, "invalid_argument", "order_by: no column x.")
          : HttpResponse.json({ dags: [dag()], total_entries: 1 }),
      ),
    );
    const { user } = open("/dags");
    expect((await screen.findByRole("alert")).textContent).toContain("order_by: no column x.");
    broken = false;
    await user.click(screen.getByRole("button", { name: "Try again" }));
    expect(await screen.findByRole("link", { name: "hello" })).toBeTruthy();
  });

  it("says that the server is away, and recovers", async () => {
    let away = true;
    server.use(
      http.get(api("/dags"), () =>
        away ? HttpResponse.error() : HttpResponse.json({ dags: [dag()], total_entries: 1 }),
      ),
    );
    const { user } = open("/dags");
    expect(await screen.findByText("The server is away")).toBeTruthy();
    away = false;
    await user.click(screen.getByRole("button", { name: "Try again" }));
    expect(await screen.findByRole("link", { name: "hello" })).toBeTruthy();
  });
});

describe("the trigger form", () => {
  const open_ = async () => {
    const view = open("/dags");
    await view.user.click(await screen.findByRole("button", { name: "Trigger hello" }));
    const dialog = await screen.findByRole("dialog", { name: "Trigger hello" });
    return { ...view, dialog, form: within(dialog) };
  };

  it("starts from the DAG's params and goes to the new run", async () => {
    const bodies: unknown[] = [];
    server.use(
      http.get(api("/dags/hello/details"), () =>
        HttpResponse.json(
          details({
            params: { name: { value: "world", description: "Whom", schema: { type: "string" } } },
          }),
        ),
      ),
      http.post(api("/dags/hello/dagRuns"), async ({ request }) => {
        expect(request.headers.get("Idempotency-Key")).toMatch(/^[0-9a-f]{32}$/);
        bodies.push(await request.json());
        return HttpResponse.json(run({ dag_run_id: "mine" }));
      }),
    );
    const { user, form, router } = await open_();
    const params = await form.findByLabelText("Params (JSON)");
    expect(params).toHaveProperty("value", '{\n  "name": "world"\n}');
    expect(form.getByText(/Whom/)).toBeTruthy();
    await expectAccessible();
    await user.type(form.getByLabelText(/Logical date/), "2026-01-31 05:30");
    await user.type(form.getByLabelText(/Run ID/), "mine");
    await user.click(form.getByRole("button", { name: "Trigger" }));
    await waitFor(() => expect(router.state.location.pathname).toBe("/dags/hello/runs/mine"));
    expect(bodies).toEqual([
      { conf: { name: "world" }, logical_date: "2026-01-31T05:30:00.000Z", dag_run_id: "mine" },
    ]);
  });

  it("sends nothing that is not an object", async () => {
    const { user, form } = await open_();
    const params = await form.findByLabelText("Params (JSON)");
    await user.clear(params);
    await user.type(params, "[[1]");
    expect(params.getAttribute("aria-invalid")).toBe("true");
    expect(form.getByRole("button", { name: "Trigger" })).toHaveProperty("disabled", true);
  });

  it("stays open with the reason when the server refuses", async () => {
    server.use(
      http.post(api("/dags/hello/dagRuns"), () =>
        problem(422, "invalid_argument", [
          { loc: ["body", "conf", "n"], msg: "not an integer", type: "x" },
        ]),
      ),
    );
    const { user, form } = await open_();
    await user.click(await form.findByRole("button", { name: "Trigger" }));
    expect((await form.findByRole("alert")).textContent).toBe("body.conf.n: not an integer");
  });

  it("unpauses a paused DAG unless told not to", async () => {
    const patched: unknown[] = [];
    server.use(
      http.get(api("/dags/hello/details"), () => HttpResponse.json(details({ is_paused: true }))),
      http.post(api("/dags/hello/dagRuns"), () => HttpResponse.json(run())),
      http.patch(api("/dags/hello"), async ({ request }) => {
        patched.push(await request.json());
        return HttpResponse.json(dag());
      }),
    );
    const { user, form, router } = await open_();
    expect(await form.findByLabelText(/Unpause hello on trigger/)).toHaveProperty("checked", true);
    await user.click(form.getByRole("button", { name: "Trigger" }));
    await waitFor(() => expect(router.state.location.pathname).toContain("/runs/"));
    expect(patched).toEqual([{ is_paused: false }]);
  });
});
