import { screen } from "@testing-library/react";
import { HttpResponse, http } from "msw";
import { expect, it } from "vitest";
import { details } from "@/test/fixtures";
import { expectAccessible, open } from "@/test/render";
import { api, server } from "@/test/server";

it.each([
  ["/dags/hello", "Manual__2026"],
  ["/dags/hello/tasks", "greet"],
  ["/dags/hello/code", '{"tasks": []}'],
  ["/pools", "Pool"],
  ["/workers", "worker-1"],
  ["/import-errors", "Every DAG file was read without an error."],
])("%s shows what it is about and has no accessibility violation", async (url, text) => {
  open(url);
  expect((await screen.findAllByText(new RegExp(quoted(text), "i"))).length).toBeGreaterThan(0);
  await expectAccessible();
});

const quoted = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

it("shows a broken file's errors on its DAG and in the list of all", async () => {
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
            stack_trace: 'hello.dag.json:3:5: no task "extrct" (did you mean "extract"?)',
            timestamp: "2026-01-01T00:00:00Z",
          },
        ],
        total_entries: 1,
      }),
    ),
  );
  open("/dags/hello");
  expect((await screen.findByRole("alert")).textContent).toContain("has errors");
  expect(await screen.findByText(/did you mean "extract"/)).toBeTruthy();
  await expectAccessible();
});

it("says that there is no such page, and shows the way back", async () => {
  open("/nowhere");
  expect(await screen.findByText("There is no page here")).toBeTruthy();
});
