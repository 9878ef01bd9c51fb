import { MutationCache, QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { paceByStream } from "@/api/polling";
import { ApiError } from "@/api/problem";
import { sessionUser } from "@/api/session";
import type { makeRouter } from "./router";

export function makeQueryClient(): QueryClient {
  const client = new QueryClient({
    mutationCache: new MutationCache(),
    defaultOptions: {
      queries: {
        // The polling retries by itself; what the server refuses stays refused.
        retry: (failures, error) =>
          failures < 1 && !(error instanceof ApiError && error.status >= 400 && error.status < 500),
        retryDelay: 500,
        staleTime: 1000,
        networkMode: "always",
      },
      mutations: { networkMode: "always" },
    },
  });
  return paceByStream(client);
}

export function App({
  router,
  client: given,
}: {
  router: ReturnType<typeof makeRouter>;
  client?: QueryClient;
}) {
  const [client] = useState(() => given ?? makeQueryClient());
  useEffect(
    () =>
      sessionUser.subscribe(() => {
        // What one person read is not the next one's to see.
        client.clear();
        void router.invalidate();
      }),
    [client, router],
  );
  return (
    <QueryClientProvider client={client}>
      <RouterProvider router={router} />
    </QueryClientProvider>
  );
}
