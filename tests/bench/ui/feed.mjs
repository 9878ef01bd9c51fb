/** What the server says while it happens: its stream of changes, and calls of its API. */

/** Calls `path` beneath /api/v2 and gives the JSON of the answer. */
export function caller({ url, token }) {
  return async (method, path, body) => {
    const response = await fetch(`${url}/api/v2${path}`, {
      method,
      headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json" },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return text ? JSON.parse(text) : null;
  };
}

/**
 * Follows the changes of a DAG, or of all. `changes` grows; `until` waits for what it shall hold.
 * Resolves when the stream has begun, so nothing that is started afterwards is missed.
 */
export async function openFeed({ url, token }, dagId) {
  const abort = new AbortController();
  const query = dagId ? `?dag_id=${encodeURIComponent(dagId)}` : "";
  const response = await fetch(`${url}/api/v2/events${query}`, {
    headers: { Authorization: `Bearer ${token}`, Accept: "text/event-stream" },
    signal: abort.signal,
  });
  if (!response.ok) throw new Error(`the stream of changes: ${response.status}`);
  const changes = [];
  let listeners = [];
  let failure = null;
  const tell = () => {
    const now = listeners;
    listeners = [];
    for (const wake of now) wake();
  };
  let begun;
  const hello = new Promise((resolve) => {
    begun = resolve;
  });
  const read = async () => {
    let rest = "";
    for await (const text of response.body.pipeThrough(new TextDecoderStream())) {
      const blocks = (rest + text).split("\n\n");
      rest = blocks.pop();
      for (const block of blocks) {
        const event = /^event: (.*)$/m.exec(block)?.[1];
        const data = /^data: (.*)$/m.exec(block)?.[1];
        if (event === "hello") begun();
        else if (event && data) changes.push({ event, ...JSON.parse(data) });
      }
      tell();
    }
    throw new Error("the stream of changes ended");
  };
  read().catch((error) => {
    failure = error;
    begun();
    tell();
  });
  await hello;
  return {
    changes,
    /** Resolves with what `wanted` gives once that is true; asked again after each change. */
    async until(wanted, what, timeoutMs = 120_000) {
      const late = Date.now() + timeoutMs;
      for (;;) {
        const found = await wanted();
        if (found) return found;
        if (failure) throw failure;
        const left = late - Date.now();
        if (left <= 0) throw new Error(`not within ${timeoutMs / 1000} s: ${what}`);
        await new Promise((resolve) => {
          const timer = setTimeout(resolve, left);
          listeners.push(() => {
            clearTimeout(timer);
            resolve();
          });
        });
      }
    },
    close() {
      abort.abort();
    },
  };
}
