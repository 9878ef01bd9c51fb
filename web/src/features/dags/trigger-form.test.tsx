import { screen, waitFor, within } from "@testing-library/react";
import { HttpResponse, http } from "msw";
import { describe, expect, it } from "vitest";
import { details, run } from "@/test/fixtures";
import { expectAccessible, open } from "@/test/render";
import { api, problem, server } from "@/test/server";

const param = (schema: object, value: unknown = null) => ({ value, description: null, schema });

async function openForm(params: Record<string, unknown>) {
  server.use(
    http.get(api("/dags/hello/details"), () => HttpResponse.json(details({ params }))),
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
    await user.click(form.getByLabelText("full"));
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
