/** Follows `/api/v2/events` over a connection that may break, from the position where it was. */

import { basePath } from "@/lib/base-path";
import { type Change, parseChange } from "@/lib/live-events";
import { EventStreamParser } from "@/lib/sse";
import { wait } from "@/lib/wait";
import { authorizedFetch } from "./client";
import { isUnreachable, toApiError } from "./problem";

export interface ChangeSink {
  /** What changed since the last call, and the position behind it. */
  changes(changes: readonly Change[], position: string): void;
  /** Changes may have been missed: read everything again. Now at this position. */
  restart(position: string): void;
  /** Is the stream there? */
  alive(alive: boolean): void;
}

export interface Pace {
  retryMs: readonly number[];
  /** The server speaks at least every 15 s; what is silent for longer is dead. */
  silenceMs: number;
}

const PACE: Pace = { retryMs: [250, 500, 1000, 2000, 5000], silenceMs: 30_000 };

/** Resolves when the signal fired; throws ApiError when the server says no. */
export async function followChanges(
  from: string | null,
  sink: ChangeSink,
  signal: AbortSignal,
  pace: Pace = PACE,
): Promise<void> {
  let position = from;
  const tell: ChangeSink = {
    changes(changes, at) {
      position = at;
      sink.changes(changes, at);
    },
    restart(at) {
      position = at;
      sink.restart(at);
    },
    alive: (alive) => sink.alive(alive),
  };
  for (let failures = 0; !signal.aborted; failures += 1) {
    try {
      if (await readStream(position, tell, signal, pace.silenceMs)) failures = 0;
    } catch (error) {
      // The client's errors but "too many" (429) will not go away by asking again.
      const refused = !isUnreachable(error) && isRefusal(error);
      if (refused && !signal.aborted) throw error;
    }
    sink.alive(false);
    const longest = pace.retryMs[Math.min(failures, pace.retryMs.length - 1)] ?? 0;
    // Not all tabs of all people at once after a restart of the server.
    await wait(longest * (0.75 + Math.random() / 2), signal);
  }
}

function isRefusal(error: unknown): boolean {
  const status = error instanceof Error && "status" in error ? Number(error.status) : 0;
  return status >= 400 && status < 500 && status !== 429;
}

/** One connection; true if it was one. */
async function readStream(
  position: string | null,
  sink: ChangeSink,
  outer: AbortSignal,
  silenceMs: number,
): Promise<boolean> {
  const silence = new AbortController();
  const give_up = () => silence.abort();
  let timer = setTimeout(give_up, silenceMs);
  outer.addEventListener("abort", give_up);
  let connected = false;
  try {
    const response = await connect(position, silence.signal);
    connected = true;
    sink.alive(true);
    const parser = new EventStreamParser();
    const reader = response.pipeThrough(new TextDecoderStream()).getReader();
    // Not every body ends with its request.
    silence.signal.addEventListener("abort", () => void reader.cancel().catch(() => undefined));
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return true;
      clearTimeout(timer);
      timer = setTimeout(give_up, silenceMs);
      deliver(parser, value, sink);
    }
  } catch (error) {
    if (connected) return true; // it broke, which streams do
    throw error;
  } finally {
    clearTimeout(timer);
    outer.removeEventListener("abort", give_up);
    silence.abort();
  }
}

async function connect(position: string | null, signal: AbortSignal) {
  const headers = new Headers({ Accept: "text/event-stream" });
  if (position !== null) headers.set("Last-Event-ID", position);
  const url = `${window.location.origin}${basePath}/api/v2/events`;
  const response = await authorizedFetch(new Request(url, { headers, signal }));
  if (!response.ok || !response.body) {
    throw toApiError(response.status, await response.json().catch(() => null));
  }
  return response.body;
}

function deliver(parser: EventStreamParser, text: string, sink: ChangeSink): void {
  const changes: Change[] = [];
  for (const event of parser.push(text)) {
    if (event.event === "hello" || event.event === "reset") {
      changes.length = 0; // everything is read again, after them
      sink.restart(event.id);
    } else {
      const change = parseChange(event);
      if (change) changes.push(change);
    }
  }
  // A heartbeat has a position, too: it moves though nothing that is for us changes.
  if (parser.lastId) sink.changes(changes, parser.lastId);
}
