/** Follows an attempt's log over a connection that may break, without a line lost or twice. */

import { basePath } from "@/lib/base-path";
import { EventStreamParser } from "@/lib/sse";
import { authorizedFetch } from "./client";
import { isPassing, toApiError } from "./problem";
import type { LogMessage } from "./types";

export interface LogAddress {
  dagId: string;
  runId: string;
  taskId: string;
  mapIndex: number;
  tryNumber: number;
}

export function logUrl(address: LogAddress, query: Record<string, string>): string {
  const part = encodeURIComponent;
  const path =
    `/api/v2/dags/${part(address.dagId)}/dagRuns/${part(address.runId)}` +
    `/taskInstances/${part(address.taskId)}/logs/${address.tryNumber}`;
  const search = new URLSearchParams({ map_index: String(address.mapIndex), ...query });
  return `${window.location.origin}${basePath}${path}?${search}`;
}

export interface LogSink {
  /** With the bytes between which it stands. */
  message(message: LogMessage, start: number, end: number): void;
  /** Called after each batch, also an empty one. */
  state(state: "following" | "reconnecting" | "ended"): void;
}

const RETRY_MS = [500, 1000, 2000, 5000];

/** Resolves when the log has ended or the signal fired; throws ApiError when the server says no. */
export async function followLog(
  address: LogAddress,
  offset: number,
  sink: LogSink,
  signal: AbortSignal,
  retryMs: readonly number[] = RETRY_MS,
): Promise<void> {
  let position = offset;
  for (let failures = 0; !signal.aborted; ) {
    try {
      const query = { follow: "true", offset: String(position) };
      for await (const batch of batches(address, query, signal)) {
        failures = 0;
        for (const event of batch) {
          if (event.event === "end") {
            sink.state("ended");
            return;
          }
          if (event.event !== "log") continue;
          const start = position;
          position = Number(event.id) || position;
          sink.message(JSON.parse(event.data) as LogMessage, start, position);
        }
        sink.state("following");
      }
    } catch (error) {
      if (signal.aborted) return;
      if (!isPassing(error) && !(error instanceof TypeError)) throw error;
    }
    if (signal.aborted) return;
    sink.state("reconnecting");
    await pause(retryMs[Math.min(failures, retryMs.length - 1)] ?? 0, signal);
    failures += 1;
  }
}

export interface PlacedMessage {
  message: LogMessage;
  start: number;
  end: number;
}

/** The lines from a byte on, about `limit` bytes of them; a line that the byte cuts is left out. */
export async function readLogRange(
  address: LogAddress,
  offset: number,
  limit: number,
  signal: AbortSignal,
): Promise<PlacedMessage[]> {
  const found: PlacedMessage[] = [];
  let position = offset;
  const query = { offset: String(offset), limit: String(Math.max(1, limit)) };
  for await (const batch of batches(address, query, signal)) {
    for (const event of batch) {
      if (event.event !== "log") continue;
      const start = position;
      position = Number(event.id) || position;
      found.push({ message: JSON.parse(event.data) as LogMessage, start, end: position });
    }
  }
  return found;
}

/** What each piece of one connection has brought; nothing at first, once it is open. */
async function* batches(address: LogAddress, query: Record<string, string>, signal: AbortSignal) {
  const response = await authorizedFetch(
    new Request(logUrl(address, query), {
      headers: { Accept: "text/event-stream" },
      signal,
    }),
  );
  if (!response.ok || !response.body) {
    throw toApiError(response.status, await response.json().catch(() => null));
  }
  yield [];
  const parser = new EventStreamParser();
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield parser.push(value);
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    signal.addEventListener("abort", done);
  });
}

interface FileHandle {
  createWritable(): Promise<WritableStream<Uint8Array>>;
}
type Picker = (options: { suggestedName: string }) => Promise<FileHandle>;

/**
 * The whole log as a file. The page fetches it itself, so that a refusal can be shown; where the
 * browser lets a page write a file, it goes there piece by piece, as a log may be larger than memory.
 */
export async function downloadLog(address: LogAddress): Promise<void> {
  const name = `${address.dagId}_${address.runId}_${address.taskId}_${address.tryNumber}.log`;
  const pick = (window as { showSaveFilePicker?: Picker }).showSaveFilePicker;
  let file: FileHandle | undefined;
  try {
    file = await pick?.call(window, { suggestedName: name.replace(/[^\w.+-]/g, "_") });
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") return;
  }
  const response = await authorizedFetch(
    new Request(logUrl(address, {}), { headers: { Accept: "text/plain" } }),
  );
  if (!response.ok || !response.body)
    throw toApiError(response.status, await response.json().catch(() => null));
  if (file) return response.body.pipeTo(await file.createWritable());
  const url = URL.createObjectURL(await response.blob());
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
