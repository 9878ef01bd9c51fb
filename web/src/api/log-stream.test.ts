import { HttpResponse, http } from "msw";
import { beforeEach, describe, expect, it } from "vitest";
import { api, cookie, logStream, problem, RUN_ID, server } from "@/test/server";
import { followLog, type LogAddress } from "./log-stream";
import { signIn } from "./session";
import type { LogMessage } from "./types";

const LOGS = api("/dags/:dagId/dagRuns/:runId/taskInstances/:taskId/logs/:tryNumber");
const ADDRESS: LogAddress = {
  dagId: "hello",
  runId: RUN_ID,
  taskId: "greet",
  mapIndex: -1,
  tryNumber: 1,
};

async function collect(signal = new AbortController().signal) {
  const lines: string[] = [];
  const states: string[] = [];
  await followLog(
    ADDRESS,
    0,
    {
      message: (message: LogMessage) => lines.push(message.event),
      state: (state) => states.push(state),
    },
    signal,
    [0],
  );
  return { lines, states };
}

describe("followLog", () => {
  beforeEach(() => {
    cookie.user = "admin";
    signIn("admin");
  });

  it("gives the lines and ends with the log", async () => {
    server.use(http.get(LOGS, () => logStream([{ event: "one" }, { event: "two" }])));
    const { lines, states } = await collect();
    expect(lines).toEqual(["one", "two"]);
    expect(states.at(-1)).toBe("ended");
  });

  it("asks for a stream, and shows no token: the cookie goes along by itself", async () => {
    let headers: Headers | undefined;
    server.use(
      http.get(LOGS, ({ request }) => {
        headers = request.headers;
        return logStream([]);
      }),
    );
    await collect();
    expect(headers?.has("Authorization")).toBe(false);
    expect(headers?.get("Accept")).toBe("text/event-stream");
    expect(headers?.get("X-Weft-Client")).toBe("ui");
  });

  it("goes on behind the last line after the connection broke", async () => {
    const offsets: (string | null)[] = [];
    server.use(
      http.get(LOGS, ({ request }) => {
        offsets.push(new URL(request.url).searchParams.get("offset"));
        if (offsets.length > 1) return logStream([{ event: "two" }]);
        // The first connection closes in the middle of an event.
        return new HttpResponse(
          'event: log\nid: 4\ndata: {"event":"one"}\n\nevent: log\nid: 8\ndata: {"ev',
          {
            headers: { "Content-Type": "text/event-stream" },
          },
        );
      }),
    );
    const { lines, states } = await collect();
    expect(lines).toEqual(["one", "two"]);
    expect(offsets).toEqual(["0", "4"]);
    expect(states).toContain("reconnecting");
  });

  it.each([429, 503])("tries again when the server has too much to do (%d)", async (status) => {
    let refused = false;
    server.use(
      http.get(LOGS, () => {
        if (refused) return logStream([{ event: "one" }]);
        refused = true;
        return problem(status, "unavailable", "Not now.");
      }),
    );
    const { lines, states } = await collect();
    expect(lines).toEqual(["one"]);
    expect(states).toContain("reconnecting");
  });

  it("tells a refusal from a break", async () => {
    server.use(http.get(LOGS, () => problem(404, "not_found", "No such attempt.")));
    await expect(collect()).rejects.toMatchObject({ status: 404, message: "No such attempt." });
  });

  it("stops when it is told to", async () => {
    const abort = new AbortController();
    abort.abort();
    expect(await collect(abort.signal)).toEqual({ lines: [], states: [] });
  });
});
