/** What all changes of the administration have in common. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { unwrap } from "./client";
import { changedMeanwhile, toApiError } from "./problem";

/** A call whose answer is its status: 204. Throws ApiError for everything else. */
export async function done(call: Promise<{ error?: unknown; response: Response }>): Promise<void> {
  const { error, response } = await call;
  if (!response.ok) throw toApiError(response.status, error);
}

/**
 * The tag, for If-Match, of what a form was filled with. It is read again just before the write, so
 * that nobody's change is overwritten unseen: throws ApiError 412 when it is not what was `shown`.
 */
export async function tagOf<T>(
  shown: T,
  read: Promise<{ data?: T; error?: unknown; response: Response }>,
  edited: (value: T) => unknown = (value) => value,
): Promise<string> {
  const now = await unwrap(read);
  if (JSON.stringify(edited(now)) !== JSON.stringify(edited(shown))) throw changedMeanwhile();
  return (await read).response.headers.get("ETag") ?? "*";
}

/** Makes stale what stands under these first words of query keys, also after a failure. */
export function useChange<Input, Output>(
  stale: readonly string[],
  change: (input: Input) => Promise<Output>,
) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSettled: () =>
      Promise.all(stale.map((word) => client.invalidateQueries({ queryKey: [word] }))),
  });
}
