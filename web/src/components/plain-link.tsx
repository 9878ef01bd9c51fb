import { useRouter } from "@tanstack/react-router";
import type { AnchorHTMLAttributes, MouseEvent } from "react";
import { basePath } from "@/lib/base-path";

/**
 * A link where there are hundreds: it goes to a path of the page without a reload, but knows nothing
 * of what is current and loads nothing beforehand, which is what the router's own costs.
 */
export function PlainLink({
  path,
  ...rest
}: { path: string } & Omit<AnchorHTMLAttributes<HTMLAnchorElement>, "href" | "onClick">) {
  const router = useRouter();
  const href = basePath + path;
  const go = (event: MouseEvent) => {
    const elsewhere = event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey;
    if (elsewhere || event.altKey) return;
    event.preventDefault();
    router.history.push(href);
  };
  return <a {...rest} href={href} onClick={go} />;
}

export function runPath(dagId: string, runId: string): string {
  return `/dags/${encodeURIComponent(dagId)}/runs/${encodeURIComponent(runId)}`;
}
