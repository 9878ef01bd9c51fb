/** The one way to the API: typed by the OpenAPI document, with the session and the errors. */

import createClient from "openapi-fetch";
import { basePath } from "@/lib/base-path";
import { toApiError, unreachable } from "./problem";
import type { paths } from "./schema.gen";
import { reachable, sessionUser, signOut } from "./session";

/** fetch with the session's cookie; throws ApiError when no answer comes. */
export async function authorizedFetch(input: Request): Promise<Response> {
  const used = sessionUser.get();
  const request = new Request(input);
  request.headers.set("X-Weft-Client", "ui");
  let response: Response;
  try {
    response = await fetch(request);
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    reachable.set(false);
    throw unreachable();
  }
  // A proxy answers for a server that is away.
  const away = response.status === 502 || response.status === 504;
  reachable.set(!away);
  if (away) throw unreachable();
  if (response.status === 401 && used && sessionUser.get() === used) {
    void signOut("Your session is over. Sign in again.");
  }
  return response;
}

export const api = createClient<paths>({
  baseUrl: window.location.origin + basePath,
  fetch: authorizedFetch,
});

/** The answer's data; throws ApiError for everything else. */
export async function unwrap<T>(
  call: Promise<{ data?: T; error?: unknown; response: Response }>,
): Promise<T> {
  const { data, error, response } = await call;
  if (data === undefined || !response.ok) throw toApiError(response.status, error);
  return data;
}
