import type { ReactNode } from "react";
import { isNotFound, isUnreachable, messageOf } from "@/api/problem";
import { feedback as en } from "@/i18n/en/feedback";
import { useText } from "@/i18n/text";

export function Loading({ what }: { what: string }) {
  const t = useText("feedback", en);
  return (
    <p role="status" className="p-4 text-muted">
      {t("loading", { what })}
    </p>
  );
}

export function Empty({ children }: { children: ReactNode }) {
  return <p className="p-4 text-muted">{children}</p>;
}

/** What went wrong, in the server's words, and a way on. */
export function Failure({
  error,
  what,
  retry,
}: {
  error: unknown;
  what: string;
  retry?: (() => void) | undefined;
}) {
  const t = useText("feedback", en);
  const title = isUnreachable(error) ? "away" : isNotFound(error) ? "missing" : "failed";
  return (
    <div role="alert" className="m-3 rounded-md border border-bad bg-bad-panel p-3">
      <h2 className="font-semibold">{t(title, { what })}</h2>
      <p className="whitespace-pre-wrap break-words">{messageOf(error)}</p>
      {retry ? (
        <button type="button" className="button mt-2" onClick={retry}>
          {t("again")}
        </button>
      ) : null}
    </div>
  );
}

interface QueryLike<T> {
  data: T | undefined;
  error: unknown;
  isPending: boolean;
  refetch: () => unknown;
}

/**
 * Draws a query: its data as long as there is some (the banner tells when it is old), else why not.
 */
export function Show<T>({
  query,
  what,
  children,
}: {
  query: QueryLike<T>;
  what: string;
  children: (data: T) => ReactNode;
}) {
  if (query.data !== undefined && !isNotFound(query.error)) return children(query.data);
  if (query.isPending) return <Loading what={what} />;
  return <Failure error={query.error} what={what} retry={() => void query.refetch()} />;
}

export function ActionError({ error }: { error: unknown }) {
  if (!error) return null;
  return (
    <p role="alert" className="whitespace-pre-wrap break-words text-bad">
      {messageOf(error)}
    </p>
  );
}
