import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { meQuery } from "@/api/rights";

/** Keeps what is read here fresh for as long as somebody is signed in; until then it polls. */
export function useLive(): void {
  const client = useQueryClient();
  // Tabs with another token may see other DAGs, so they do not share a stream.
  const who = useQuery(meQuery()).data?.token_id;
  useEffect(() => {
    if (who === undefined) return;
    let stop: (() => void) | null = () => undefined;
    // Not needed to show the page, so not a part of its first load.
    import("./keep-live")
      .then(({ keepLive }) => {
        if (stop) stop = keepLive(client, who);
      })
      .catch(() => undefined); // a page that is older than its server's files: it polls
    return () => {
      stop?.();
      stop = null;
    };
  }, [client, who]);
}
