/**
 * One stream of changes for all tabs: browsers open six connections to a server, and each stream
 * holds one. The tab that has the lock reads it and tells the others; when it is closed the next
 * one gets the lock and goes on from the position that it heard last. Without locks (they need
 * https, but on loopback) each tab reads for itself.
 */

import type { Change } from "@/lib/live-events";
import { wait } from "@/lib/wait";
import { type ChangeSink, followChanges } from "./change-stream";
import { live } from "./polling";

export interface Consumer {
  changes(changes: readonly Change[]): void;
  restart(): void;
}

type Message =
  | { kind: "changes"; changes: readonly Change[]; position: string }
  | { kind: "restart"; position: string }
  | { kind: "alive"; alive: boolean }
  | { kind: "who" };

/** Longer than any pause between two messages of a leader that lives. */
const DEAD_MS = 45_000;
/** After the server said no: it may be restarted with other rights. */
const REFUSED_MS = 60_000;

/** `name` is the same for tabs that may see the same. Gives what ends it. */
export function goLive(name: string, consumer: Consumer): () => void {
  const ended = new AbortController();
  const others = typeof BroadcastChannel === "undefined" ? null : new BroadcastChannel(name);
  let position: string | null = null;
  let leading = false;
  let dead: ReturnType<typeof setTimeout> | undefined;

  const setAlive = (alive: boolean) => {
    clearTimeout(dead);
    if (alive && !leading) dead = setTimeout(() => live.set(false), DEAD_MS);
    live.set(alive);
  };
  const sink: ChangeSink = {
    changes(changes, at) {
      position = at;
      consumer.changes(changes);
    },
    restart(at) {
      position = at;
      consumer.restart();
    },
    alive: setAlive,
  };
  const tellAll: ChangeSink = {
    changes(changes, at) {
      sink.changes(changes, at);
      post({ kind: "changes", changes, position: at });
    },
    restart(at) {
      sink.restart(at);
      post({ kind: "restart", position: at });
    },
    alive(alive) {
      sink.alive(alive);
      post({ kind: "alive", alive });
    },
  };
  const post = (message: Message) => {
    if (!ended.signal.aborted) others?.postMessage(message);
  };
  const lead = async () => {
    leading = true;
    clearTimeout(dead);
    while (!ended.signal.aborted) {
      try {
        await followChanges(position, tellAll, ended.signal);
      } catch {
        tellAll.alive(false);
        await wait(REFUSED_MS, ended.signal);
      }
    }
  };

  if (others) {
    others.onmessage = ({ data }: MessageEvent<Message>) => {
      if (data.kind === "who") {
        if (leading) post({ kind: "alive", alive: live.get() });
        return;
      }
      if (leading) return;
      if (data.kind === "changes") {
        setAlive(true);
        sink.changes(data.changes, data.position);
      } else if (data.kind === "restart") sink.restart(data.position);
      else setAlive(data.alive);
    };
  }
  if (others && navigator.locks) {
    post({ kind: "who" });
    navigator.locks.request(name, { signal: ended.signal }, lead).catch(() => undefined);
  } else void lead();

  return () => {
    ended.abort();
    clearTimeout(dead);
    others?.close();
    live.set(false);
  };
}
