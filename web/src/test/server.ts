/** The server's place in the tests: a small world in which all is well; tests override. */

import { HttpResponse, http } from "msw";
import { setupServer } from "msw/node";
import type { TaskInstance } from "@/api/types";
import { attempt, dag, details, instance, me, run, runBar, task, worker } from "./fixtures";

export const TOKEN = "weft_right";
export const PASSWORD = "correct horse battery";
/** Whose session the browser's cookie is; the real one is out of the tests' reach. */
export const cookie = { user: null as string | null };
const auth = (path: string) => `http://weft.test/auth${path}`;
const session = () => ({
  username: cookie.user,
  expires_at: cookie.user && "2026-01-02T00:00:00Z",
});
export const api = (path: string) => `http://weft.test/api/v2${path}`;
export const RUN_ID = "manual__2026-01-01T00:00:00+00:00";
const RUN = "/dags/:dagId/dagRuns/:runId";
const TASK = `${RUN}/taskInstances/:taskId`;

export function problem(status: number, code: string, detail: unknown) {
  return HttpResponse.json(
    { type: `urn:weft:${code}`, title: code, status, detail, code, instance: "/" },
    { status, headers: { "Content-Type": "application/problem+json" } },
  );
}

/** A log as the server streams it: an event per line, then the end. */
export function logStream(lines: readonly { event: string; stream?: string }[]) {
  let offset = 0;
  const events = lines.map((line) => {
    offset += line.event.length + 1;
    return `event: log\nid: ${offset}\ndata: ${JSON.stringify({ timestamp: null, ...line })}\n\n`;
  });
  return new HttpResponse(`${events.join("")}event: end\ndata: \n\n`, {
    headers: { "Content-Type": "text/event-stream" },
  });
}

/** A stream of changes that stays open; `text` is what it says at first. */
export function changeStream(text = 'id: 1\nevent: hello\ndata: {"position":1}\n\n') {
  const body = new ReadableStream({
    start(controller) {
      controller.enqueue(new TextEncoder().encode(text));
    },
  });
  return new HttpResponse(body, { headers: { "Content-Type": "text/event-stream" } });
}

/** A run's gantt says the same as its task instances. */
async function gantt(request: Request) {
  const list = new URL(request.url.replace(/gantt$|gantt\?.*$/, "taskInstances"));
  const answer = await fetch(new Request(list, { headers: request.headers }));
  const { task_instances } = (await answer.json()) as { task_instances: TaskInstance[] };
  const { searchParams } = new URL(request.url);
  const [offset, limit] = [Number(searchParams.get("offset")), Number(searchParams.get("limit"))];
  return HttpResponse.json({
    dag_id: "hello",
    dag_run_id: RUN_ID,
    state: "success",
    queued_at: "2026-01-01T00:00:00Z",
    start_date: "2026-01-01T00:00:00Z",
    end_date: null,
    critical_path: [],
    total_entries: task_instances.length,
    task_instances: task_instances.slice(offset, offset + limit).map((item) => ({
      ...item,
      task_group_id: null,
      is_critical: false,
      tries: [],
    })),
  });
}

/** Each DAG has had the same run. */
function recentRuns({ url }: Request) {
  const dagIds = new URL(url).searchParams.getAll("dag_ids");
  return { dags: dagIds.map((dag_id) => ({ dag_id, latest_dag_runs: [runBar({ dag_id })] })) };
}

function runStats({ url }: Request) {
  const bounds = new URL(url).searchParams.getAll("run_after");
  return {
    windows: bounds.slice(1).map((run_after_lt, at) => ({
      run_after_gte: bounds[at],
      run_after_lt,
      dag_run_states: { queued: 0, running: 0, success: 0, failed: 0 },
    })),
  };
}

export const server = setupServer(
  http.get(api("/version"), () => HttpResponse.json({ version: "0.1.0", git_version: null })),
  http.get(auth("/methods"), () => HttpResponse.json({ password: true, oidc: null })),
  http.get(auth("/session"), () => HttpResponse.json(session())),
  http.post(auth("/login"), async ({ request }) => {
    const body = (await request.json()) as { username?: string; password?: string };
    const byToken = request.headers.get("Authorization") === `Bearer ${TOKEN}`;
    if (!byToken && !(body.username === "admin" && body.password === PASSWORD)) {
      return problem(401, "unauthenticated", "Neither token nor password is known.");
    }
    cookie.user = "admin";
    return HttpResponse.json(session());
  }),
  http.post(auth("/logout"), () => {
    cookie.user = null;
    return new HttpResponse(null, { status: 204 });
  }),
  // Everything else asks for the session first, as the real one does.
  http.all(api("/*"), () =>
    cookie.user ? undefined : problem(401, "unauthenticated", "The session is over."),
  ),
  http.get(api("/users/me"), () => HttpResponse.json(me())),
  // Quiet and open, as the real one is most of the time.
  http.get(api("/events"), () => changeStream()),
  http.get(api("/monitor/health"), () =>
    HttpResponse.json({
      metadatabase: { status: "healthy" },
      scheduler: { status: "healthy", latest_scheduler_heartbeat: "2026-01-01T00:00:00Z" },
      triggerer: { status: null, latest_triggerer_heartbeat: null },
      dag_processor: null,
      disk: { status: "healthy", free_bytes: 90e9, total_bytes: 100e9 },
    }),
  ),
  http.get(api("/dagOwners"), () => HttpResponse.json({ owners: ["data"], total_entries: 1 })),
  http.get(api("/recentDagRuns"), ({ request }) => HttpResponse.json(recentRuns(request))),
  http.get(api("/dagRunStats"), ({ request }) => HttpResponse.json(runStats(request))),
  http.get(api("/dagTags"), () => HttpResponse.json({ tags: ["demo"], total_entries: 1 })),
  http.get(api("/importErrors"), () => HttpResponse.json({ import_errors: [], total_entries: 0 })),
  http.get(api("/dags"), () => HttpResponse.json({ dags: [dag()], total_entries: 1 })),
  http.patch(api("/dags/:dagId"), async ({ request, params }) => {
    const body = (await request.json()) as { is_paused: boolean };
    return HttpResponse.json(dag({ dag_id: String(params.dagId), ...body }));
  }),
  http.get(api("/dags/:dagId/details"), ({ params }) =>
    HttpResponse.json(details({ dag_id: String(params.dagId) })),
  ),
  http.get(api("/dags/:dagId/tasks"), () =>
    HttpResponse.json({ tasks: [task("greet")], total_entries: 1 }),
  ),
  http.get(api("/dagSources/:dagId"), () =>
    HttpResponse.json({
      dag_id: "hello",
      dag_display_name: "hello",
      content: '{"tasks": []}',
      version_number: 1,
    }),
  ),
  http.get(api("/dags/:dagId/dagRuns"), () =>
    HttpResponse.json({ dag_runs: [run()], total_entries: 1 }),
  ),
  http.post(api("/dags/:dagId/dagRuns/list"), () =>
    HttpResponse.json({ dag_runs: [], total_entries: 0 }),
  ),
  http.get(api(`${RUN}/hitlDetails`), () =>
    HttpResponse.json({ hitl_details: [], total_entries: 0 }),
  ),
  http.get(api(RUN), ({ params }) => HttpResponse.json(run({ dag_run_id: String(params.runId) }))),
  http.get(api("/dags/:dagId/why"), () => HttpResponse.json({ state: null, reasons: [] })),
  http.get(api(`${RUN}/why`), () => HttpResponse.json({ state: "success", reasons: [] })),
  http.get(api(`${RUN}/taskInstances`), () =>
    HttpResponse.json({ task_instances: [instance()], total_entries: 1 }),
  ),
  http.get(api(`${RUN}/gantt`), async ({ request }) => gantt(request)),
  http.get(api(`${RUN}/upstreamAssetEvents`), () =>
    HttpResponse.json({ asset_events: [], total_entries: 0 }),
  ),
  http.get(api("/dags/:dagId/graph"), ({ params }) =>
    HttpResponse.json({
      dag_id: String(params.dagId),
      version_number: 1,
      width: 0,
      height: 0,
      nodes: [],
      edges: [],
      total_edges: 0,
    }),
  ),
  http.get(api("/assets"), () => HttpResponse.json({ assets: [], total_entries: 0 })),
  http.get(api("/users/me"), () =>
    HttpResponse.json({
      username: "ada",
      display_name: null,
      role: "admin",
      grants: [],
      has_password: true,
      token_id: "t",
    }),
  ),
  http.get(api(TASK), ({ params }) =>
    HttpResponse.json(instance({ task_id: String(params.taskId) })),
  ),
  http.get(api(`${TASK}/why`), () => HttpResponse.json({ state: "success", reasons: [] })),
  http.get(api(`${TASK}/tries`), () =>
    HttpResponse.json({ task_instances: [attempt()], total_entries: 1 }),
  ),
  http.get(api(`${TASK}/logs/:tryNumber`), () => logStream([{ event: "Hello, world" }])),
  http.get(api(`${TASK}/xcomEntries`), () =>
    HttpResponse.json({ xcom_entries: [], total_entries: 0 }),
  ),
  http.get(api("/pools"), () => HttpResponse.json({ pools: [], total_entries: 0 })),
  http.get(api("/workers"), () => HttpResponse.json({ workers: [worker()], total_entries: 1 })),
);
