import { HttpResponse, http } from "msw";
import { beforeEach, describe, expect, it } from "vitest";
import type { Change } from "@/lib/live-events";
import { api, changeStream, problem, server } from "@/test/server";
import { type ChangeSink, followChanges } from "./change-stream";
import { signIn } from "./session";

const HELLO = 'id: 5\nevent: hello\ndata: {"position":5}\n\n';
const RUN =
  'id: 6\nevent: run\ndata: {"dag_id":"a","dag_run_id":"r","from":null,"to":"queued","at":"t"}\n\n';
const PACE = { retryMs: [0], silenceMs: 10_000 };

/** Follows until the stream said this often that it broke, and tells what came. */
async function follow(breaks: number, from: string | null = null, pace = PACE) {
  const end = new AbortController();
  const heard = { restarts: [] as string[], changes: [] as Change[], positions: [] as string[] };
  let broke = 0;
  const sink: ChangeSink = {
    changes(changes, position) {
      heard.changes.push(...changes);
      heard.positions.push(position);
    },
    restart: (position) => heard.restarts.push(position),
    alive(alive) {
      if (!alive && ++broke >= breaks) end.abort();
    },
  };
  await followChanges(from, sink, end.signal, pace);
  return heard;
}

const closed = (text: string) =>
  new HttpResponse(text, { headers: { "Content-Type": "text/event-stream" } });

describe("followChanges", () => {
  beforeEach(() => signIn("admin"));

  it("begins at hello, tells changes, and goes on behind the last one", async () => {
    const asked: (string | null)[] = [];
    server.use(
      http.get(api("/events"), ({ request }) => {
        asked.push(request.headers.get("Last-Event-ID"));
        return closed(asked.length === 1 ? HELLO + RUN : ": heartbeat\nid: 9\n\n");
      }),
    );
    const heard = await follow(3);
    expect(heard.restarts).toEqual(["5"]);
    expect(heard.changes).toEqual([
      { kind: "run", dagId: "a", runId: "r", from: null, to: "queued", at: "t" },
    ]);
    // A heartbeat moves the position, too.
    expect(asked).toEqual([null, "6", "9"]);
  });

  it("begins anew where the server says that it cannot go on", async () => {
    server.use(
      http.get(api("/events"), () => closed('id: 90\nevent: reset\ndata: {"position":90}\n\n')),
    );
    const heard = await follow(1, "7");
    expect(heard.restarts).toEqual(["90"]);
    expect(heard.positions).toEqual(["90"]);
  });

  it("comes back when the server was away", async () => {
    let calls = 0;
    server.use(
      http.get(api("/events"), () => {
        calls += 1;
        return calls < 3 ? HttpResponse.error() : closed(HELLO);
      }),
    );
    expect((await follow(3)).restarts).toEqual(["5"]);
  });

  it("does not ask again what the server refuses", async () => {
    server.use(http.get(api("/events"), () => problem(403, "permission_denied", "No role.")));
    await expect(follow(9)).rejects.toMatchObject({ status: 403 });
  });

  it("leaves a connection that is silent for too long", async () => {
    let calls = 0;
    server.use(
      http.get(api("/events"), () => {
        calls += 1;
        return changeStream(HELLO);
      }),
    );
    await follow(2, null, { retryMs: [0], silenceMs: 50 });
    expect(calls).toBe(2);
  });
});
