import { type RefObject, useEffect, useRef } from "react";
import type { Dag } from "@/api/types";
import { dags as en } from "@/i18n/en/dags";
import { shell } from "@/i18n/en/shell";
import { useText } from "@/i18n/text";
import { useShortcuts } from "@/lib/use-shortcuts";
import type { RowActions } from "./dag-row";

/** j, k and their like: the row that one is in is the one whose link has the focus. */
export function useRowKeys({
  table,
  total,
  rowAt,
  actions,
  show,
}: {
  table: RefObject<HTMLTableElement | null>;
  total: number;
  rowAt: (index: number) => Dag | undefined;
  actions: RowActions;
  show: (index: number) => void;
}): void {
  const t = useText("dags", en);
  const group = useText("shell", shell)("groupList");
  /** The row that is to get the focus once it is drawn. */
  const wanted = useRef<number | null>(null);

  const link = (index: number) =>
    table.current?.querySelector<HTMLElement>(`[data-row="${index}"]`) ?? null;
  const focusWanted = () => {
    if (wanted.current === null) return;
    const found = link(wanted.current);
    if (!found) return;
    wanted.current = null;
    found.focus({ preventScroll: true });
  };
  useEffect(focusWanted);

  const current = (): number | null => {
    const row = document.activeElement?.closest("tr")?.getAttribute("aria-rowindex");
    return row && table.current?.contains(document.activeElement) ? Number(row) - 2 : null;
  };
  const go = (index: number) => {
    if (total === 0) return;
    wanted.current = Math.min(Math.max(index, 0), total - 1);
    show(wanted.current);
    focusWanted();
  };
  const dagHere = () => {
    const index = current();
    return index === null ? undefined : rowAt(index);
  };
  const clickHere = (selector: string) => {
    const row = document.activeElement?.closest("tr");
    row?.querySelector<HTMLElement>(selector)?.click();
  };

  useShortcuts([
    { keys: "j", label: t("nextRow"), group, run: () => go((current() ?? -1) + 1) },
    { keys: "k", label: t("previousRow"), group, run: () => go((current() ?? 1) - 1) },
    { keys: "g g", label: t("firstRow"), group, run: () => go(0) },
    { keys: "G", label: t("lastRow"), group, run: () => go(total - 1) },
    { keys: "o", label: t("openRow"), group, run: () => clickHere("[data-row]") },
    {
      keys: "p",
      label: t("pauseRow"),
      group,
      run: () => {
        const dag = dagHere();
        if (dag) actions.pause(dag.dag_id, !dag.is_paused);
      },
    },
    { keys: "t", label: t("triggerRow"), group, run: () => clickHere("td:last-child button") },
  ]);
}
