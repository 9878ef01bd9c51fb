/** What all changes of the administration have in common. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { toApiError } from "./problem";

/** A call whose answer is its status: 204. Throws ApiError for everything else. */
export async function done(call: Promise<{ error?: unknown; response: Response }>): Promise<void> {
  const { error, response } = await call;
  if (!response.ok) throw toApiError(response.status, error);
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
