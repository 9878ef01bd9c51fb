import { type QueryKey, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef } from "react";

/**
 * Reads again what hangs on a state when the state has changed: what was read a moment before the
 * end is not what stands at the end, and after it nothing polls quickly any more.
 */
export function useRefreshOn(state: string | null | undefined, queryKey: QueryKey): void {
  const client = useQueryClient();
  const seen = useRef(state);
  const key = useRef(queryKey);
  useEffect(() => {
    key.current = queryKey;
  });
  useEffect(() => {
    const changed = seen.current !== undefined && seen.current !== state;
    seen.current = state;
    if (changed) void client.invalidateQueries({ queryKey: key.current });
  }, [state, client]);
}
