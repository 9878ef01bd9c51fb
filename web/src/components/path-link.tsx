import { useRouter } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { basePath } from "@/lib/base-path";

/** A link to a view by its path, from parts of the page that do not know that view's parameters. */
export function PathLink({ path, children }: { path: string; children: ReactNode }) {
  const router = useRouter();
  return (
    <a
      href={basePath + path}
      className="link"
      onClick={(event) => {
        if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey) return;
        event.preventDefault();
        router.history.push(basePath + path);
      }}
    >
      {children}
    </a>
  );
}
