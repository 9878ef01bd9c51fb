import { act, screen, waitFor, within } from "@testing-library/react";
import { HttpResponse, http } from "msw";
import { describe, expect, it } from "vitest";
import { chooseZone, dagZone } from "@/lib/clock";
import { details, run } from "@/test/fixtures";
import { expectAccessible, open } from "@/test/render";
import { api, problem, server } from "@/test/server";

const param = (schema: object, value: unknown = null) => ({ value, description: null, schema });

async function openForm(params: Record<string, unknown>, more: Parameters<typeof details>[0] = {}) {
  server.use(
    http.get(api("/dags/hello/details"), () => HttpResponse.json(details({ params, ...more }))),
    http.get(api("/dags/hello/dagRuns"), () =>
      HttpResponse.json({ dag_runs: [run({ conf: { rows: 77, gone: 1 } })], total_entries: 1 }),
    ),
  );
  const view = open("/dags");
  await view.user.click(await screen.findByRole("button", { name: "Trigger hello" }));
  const form = within(await screen.findByRole("dialog"));
  const json = await form.findByLabelText<HTMLTextAreaElement>("Params (JSON)");
  return { ...view, form, json, value: () => JSON.parse(json.value) as unknown };
}

describe("the trigger form's fields", () => {
  it("and its JSON say the same, whichever one edits", async () => {
    const { user, form, json, value } = await openForm({
      rows: param({ type: "integer", minimum: 1 }, 10),
      full: param({ type: "boolean" }, false),
      regions: param({ type: "array", items: { type: "string" } }, ["a"]),
      ratio: param({ type: ["number", "null"] }),
    });
    await user.clear(form.getByLabelText("rows"));
    await user.type(form.getByLabelText("rows"), "25");
    const box = form.getByLabelText("full");
    expect(box.nextElementSibling?.tagName).toBe("LABEL"); // on one line
    await user.click(box);
    await user.click(form.getByRole("button", { name: "Add an item" }));
    await user.type(form.getByLabelText("Item 2"), "b");
    await user.click(form.getByLabelText("None (null)"));
    expect(value()).toEqual({ rows: 25, full: true, regions: ["a", "b"], ratio: 0 });
    await user.clear(json);
    await user.paste('{"rows": 3, "full": false, "regions": [], "ratio": null}');
    expect(form.getByLabelText("rows")).toHaveProperty("value", "3");
    expect(form.queryByLabelText("Item 1")).toBeNull();
    await expectAccessible();
  });

  it("say what does not fit before anything is sent", async () => {
    let sent = 0;
    server.use(
      http.post(api("/dags/hello/dagRuns"), () => {
        sent += 1;
        return HttpResponse.json(run());
      }),
    );
    const { user, form } = await openForm({
      who: param({ type: "string", minLength: 1 }),
      rows: param({ type: "integer" }, 1),
    });
    expect(form.queryByText("This is needed.")).toBeNull();
    await user.type(form.getByLabelText("rows"), "x");
    expect(form.getByText("This has to be: integer.")).toBeTruthy();
    await user.click(form.getByRole("button", { name: "Trigger" }));
    expect(form.getByText("This is needed.")).toBeTruthy();
    expect(form.getByText("2 values do not fit.")).toBeTruthy();
    expect(sent).toBe(0);
  });

  it("show the server's refusal at the field that it is about, until that changes", async () => {
    server.use(
      http.post(api("/dags/hello/dagRuns"), () =>
        problem(422, "unprocessable", [
          { loc: ["body"], msg: 'param "code": does not please', type: "value_error" },
        ]),
      ),
    );
    const { user, form } = await openForm({ code: param({ type: "string" }, "x") });
    await user.click(form.getByRole("button", { name: "Trigger" }));
    await form.findByText("does not please");
    const field = form.getByLabelText("code");
    expect(field.getAttribute("aria-invalid")).toBe("true");
    await user.type(field, "y");
    expect(field.getAttribute("aria-invalid")).toBe("false");
  });

  it("take the values of an earlier run, without what is no param any more", async () => {
    const { user, form, value } = await openForm({ rows: param({ type: "integer" }, 10) });
    await user.selectOptions(
      await form.findByLabelText("Values of an earlier run"),
      form.getByRole("option", { name: /rows/ }),
    );
    expect(value()).toEqual({ rows: 77 });
    await user.selectOptions(form.getByLabelText("Values of an earlier run"), "");
    await waitFor(() => expect(value()).toEqual({ rows: 10 }));
  });
});

describe("the trigger form of a paused DAG", () => {
  async function openPaused(runs: number) {
    const patched: unknown[] = [];
    server.use(
      http.get(api("/dags/hello/why"), () =>
        HttpResponse.json({
          state: null,
          reasons: [
            {
              code: "paused",
              message: "",
              data: {
                runs,
                runs_are_exact: true,
                asset_runs: 0,
                first_logical_dates: [1, 2, 3, 4]
                  .slice(0, runs)
                  .map((hour) => `2026-01-31T0${hour}:00:00+00:00`),
                dropped: null,
                next: null,
              },
            },
          ],
        }),
      ),
      http.post(api("/dags/hello/dagRuns"), () => HttpResponse.json(run())),
      http.patch(api("/dags/hello"), async ({ request }) => {
        patched.push(await request.json());
        return HttpResponse.json(details());
      }),
    );
    chooseZone("utc");
    const view = await openForm({}, { is_paused: true });
    const box = view.form.getByRole<HTMLInputElement>("checkbox", { name: /^Unpause hello/ });
    return { ...view, box, patched };
  }
  const trigger = (form: Awaited<ReturnType<typeof openForm>>["form"]) =>
    form.getByRole<HTMLButtonElement>("button", { name: "Trigger" });

  it("says how many more runs an unpause starts, and leaves it to the person", async () => {
    const { user, form, box, patched } = await openPaused(500);
    expect(await form.findByText("That starts 500 more runs, as its limits allow:")).toBeTruthy();
    expect(form.getByText("2026-01-31 03:00:00")).toBeTruthy();
    expect(form.queryByText("2026-01-31 04:00:00")).toBeNull();
    expect(form.getByText(/and 497 more/)).toBeTruthy();
    expect(box.checked).toBe(false);
    await expectAccessible();
    await user.click(trigger(form));
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    expect(patched).toEqual([]);
  });

  it("is unpaused where that starts one more run at most", async () => {
    const { user, form, box, patched } = await openPaused(1);
    await waitFor(() => expect(box.checked).toBe(true));
    await user.click(trigger(form));
    await waitFor(() => expect(patched).toEqual([{ is_paused: false }]));
  });

  it("reads its logical date in the zone that the page shows", async () => {
    const sent: unknown[] = [];
    server.use(
      http.post(api("/dags/hello/dagRuns"), async ({ request }) => {
        sent.push(await request.json());
        return HttpResponse.json(run());
      }),
    );
    chooseZone("dag");
    dagZone.set("Europe/Berlin");
    const { user, form } = await openForm({});
    act(() => dagZone.set("Europe/Berlin"));
    await user.type(form.getByLabelText("Logical date (Europe/Berlin, optional)"), "2026-11-11");
    await user.click(trigger(form));
    await waitFor(() =>
      expect(sent).toEqual([{ conf: {}, logical_date: "2026-11-10T23:00:00.000Z" }]),
    );
  });
});
