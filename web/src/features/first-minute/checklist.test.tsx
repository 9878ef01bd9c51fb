import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import {
  createMemoryHistory,
  createRootRoute,
  createRouter,
  RouterProvider,
} from "@tanstack/react-router";
import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { HttpResponse, http } from "msw";
import { expect, it } from "vitest";
import { signIn } from "@/api/session";
import { dismiss } from "@/lib/first-minute";
import { dag, instance, run } from "@/test/fixtures";
import { expectAccessible } from "@/test/render";
import { api, cookie, server } from "@/test/server";
import { FirstMinute } from "./checklist";

const example = (dag_id: string) =>
  dag({
    dag_id,
    timetable_summary: "@once",
    tags: [{ dag_id, dag_display_name: dag_id, name: "example" }],
  });

function show() {
  cookie.user = "admin";
  signIn("admin");
  const router = createRouter({
    routeTree: createRootRoute({ component: FirstMinute }),
    history: createMemoryHistory({ initialEntries: ["/"] }),
  });
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  render(
    <QueryClientProvider client={client}>
      <RouterProvider router={router as never} />
    </QueryClientProvider>,
  );
}

function world({ tries, versions }: { tries: number; versions: number }) {
  const dags = ["hello", "fails_on_purpose", "waits_for_approval"].map(example);
  server.use(
    http.get(api("/dags"), () => HttpResponse.json({ dags, total_entries: 3 })),
    http.get(api("/dags/:dag/dagRuns"), ({ params }) =>
      HttpResponse.json({ dag_runs: [run({ dag_id: String(params.dag) })], total_entries: 1 }),
    ),
    http.get(api("/dags/:dag/dagVersions"), () =>
      HttpResponse.json({ dag_versions: [], total_entries: versions }),
    ),
    http.get(api("/dags/:dag/dagRuns/:run/taskInstances"), () =>
      HttpResponse.json({
        task_instances: [instance({ task_id: "check_stock", try_number: tries })],
        total_entries: 1,
      }),
    ),
  );
}

it("ticks what the server says was done, and goes when it is dismissed", async () => {
  world({ tries: 3, versions: 2 });
  show();
  expect(await screen.findByText("2 of 4")).toBeTruthy();
  expect(screen.getByText("one that waits for your answer")).toBeTruthy();
  await expectAccessible();
  await userEvent.click(screen.getByRole("button", { name: "Hide this" }));
  expect(screen.queryByText("Your first minute with Weft")).toBeNull();
  dismiss(false);
});

it("has nothing done on a fresh server", async () => {
  world({ tries: 2, versions: 1 });
  show();
  expect(await screen.findByText("0 of 4")).toBeTruthy();
});
