import { screen, within } from "@testing-library/react";
import { HttpResponse, http } from "msw";
import { beforeEach, expect, it } from "vitest";
import { asset, me } from "@/test/fixtures";
import { expectAccessible, open } from "@/test/render";
import { api, server } from "@/test/server";

const event = {
  asset_id: 1,
  created_dagruns: [
    {
      dag_id: "mart",
      run_id: "asset_triggered__1",
      logical_date: null,
      start_date: "2026-01-01T00:00:00Z",
      end_date: null,
      state: "failed",
      data_interval_start: null,
      data_interval_end: null,
      partition_key: null,
    },
  ],
  extra: { from_rest_api: true, rows: 7 },
  group: "asset",
  id: 5,
  name: "s3://shop/orders",
  partition_key: "2026-01-01",
  source_dag_id: null,
  source_map_index: -1,
  source_run_id: null,
  source_task_id: null,
  timestamp: "2026-01-01T00:00:00Z",
  uri: "s3://shop/orders",
};
const queued = {
  asset_id: 1,
  created_at: "2026-01-01T00:00:00Z",
  dag_id: "mart",
  dag_display_name: "mart",
};
let sent: unknown[] = [];

beforeEach(() => {
  sent = [];
  const get = (path: string, body: object) => http.get(api(path), () => HttpResponse.json(body));
  server.use(
    get("/users/me", me({ role: "operator" })),
    get("/assets/events", { asset_events: [event], total_entries: 1 }),
    get("/assets/:id/queuedEvents", { queued_events: [queued], total_entries: 1 }),
    get("/assets", { assets: [asset()], total_entries: 1 }),
    get("/assets/:id", asset()),
    http.post(api("/assets/events"), async ({ request }) => {
      sent.push(await request.json(), request.headers.has("Idempotency-Key"));
      return HttpResponse.json(event);
    }),
    http.delete(api("/dags/:dag/assets/:asset/queuedEvents"), ({ params }) => {
      sent.push(params);
      return new HttpResponse(null, { status: 204 });
    }),
  );
});

it.each([
  ["/assets", "never made"],
  ["/asset/1", '{"rows":7}'],
  ["/lineage?asset=1", "mart"],
])("%s shows what there is, without an accessibility violation", async (url, text) => {
  open(url);
  expect((await screen.findAllByText(text)).length).toBeGreaterThan(0);
  await expectAccessible();
});

it("an event by hand tells what it started", async () => {
  const { user } = open("/asset/1");
  await user.click(await screen.findByRole("button", { name: "Create event" }));
  const dialog = await screen.findByRole("dialog");
  await user.click(within(dialog).getByLabelText("Extra"));
  await user.paste("[1]");
  expect(within(dialog).getByText(/has to be a JSON object/)).toBeTruthy();
  await user.clear(within(dialog).getByLabelText("Extra"));
  await user.paste('{"rows": 7}');
  await user.click(within(dialog).getByRole("button", { name: "Create event" }));
  expect(await within(dialog).findByText("The event is there. Runs that it started:")).toBeTruthy();
  expect(within(dialog).getByRole("link", { name: "mart" })).toBeTruthy();
  expect(sent).toEqual([{ asset_id: 1, extra: { rows: 7 } }, true]);
});

it("what waits is forgotten for one DAG, after a question", async () => {
  const { user } = open("/asset/1");
  await user.click(await screen.findByRole("button", { name: /^Forget/ }));
  await user.click(await screen.findByRole("button", { name: "Delete" }));
  await expect.poll(() => sent).toEqual([{ dag: "mart", asset: "1" }]);
});

it("the lineage links to the DAGs and assets around", async () => {
  open("/lineage?asset=1");
  const graph = await screen.findByRole("region", { name: "DAGs and assets: 2 DAGs, 1 assets" });
  const names = within(graph).getAllByRole("link");
  expect(names.map((link) => link.getAttribute("href")).sort()).toEqual([
    "/asset/1",
    "/dags/load",
    "/dags/mart",
  ]);
});

it("no assets: how to get some", async () => {
  server.use(http.get(api("/assets"), () => HttpResponse.json({ assets: [], total_entries: 0 })));
  open("/assets");
  expect(await screen.findByText(/"outlets"/)).toBeTruthy();
});

it.each([
  ["/lineage", "Lineage"],
  ["/lineage?asset=1", "Lineage"],
  ["/asset/1", "s3://shop/orders"],
])("%s stands under Assets, and its breadcrumb ends in itself", async (url, last) => {
  open(url);
  const path = await screen.findByRole("navigation", { name: "Breadcrumb" });
  await expect.poll(() => path.querySelector("[aria-current=page]")?.textContent).toBe(last);
  const main = within(screen.getByRole("navigation", { name: "Main" }));
  expect(main.getByRole("link", { name: "Assets" }).getAttribute("aria-current")).toBe("page");
  expect(main.getByRole("link", { name: "DAGs" }).getAttribute("aria-current")).toBeNull();
});
