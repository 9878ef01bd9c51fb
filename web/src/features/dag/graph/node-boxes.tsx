import type { NodeProps } from "@xyflow/react";
import { memo } from "react";
import type { GraphNode } from "@/api/dag-queries";
import { StateMark } from "@/features/dag/state-mark";
import { dagGraph as en } from "@/i18n/en/dagGraph";
import { useText } from "@/i18n/text";
import type { NodeState } from "@/lib/dag/graph-states";
import { stateOf } from "@/lib/dag/letters";
import { stateClass, stateLabel } from "@/lib/states";
import type { BoxNode } from "./flow";

export const TaskBox = memo(function TaskBox({ data, width, height }: NodeProps<BoxNode>) {
  const { node, state, found } = data;
  return (
    <div
      className={`graph-task ${stateClass(state ? stateOf(state.letter) : null)} ${found ? "graph-found" : ""}`}
      style={{ width, height }}
      title={node.tooltip ?? node.id}
    >
      {state && state.letter !== "." ? (
        <StateMark letter={state.letter} className="size-4" />
      ) : null}
      <span className="min-w-0 flex-1">
        <span className="block truncate font-semibold">{node.label}</span>
        <Details node={node} state={state} />
      </span>
    </div>
  );
});

function Details({ node, state }: { node: GraphNode; state: NodeState | undefined }) {
  const t = useText("dagGraph", en);
  const counts = state?.counts ?? [];
  if (counts.length > 0) {
    const total = counts.reduce((sum, { count }) => sum + count, 0);
    const done = counts.find(({ letter }) => letter === "s")?.count ?? 0;
    const words = counts.map(({ letter, count }) => `${count} ${stateLabel(stateOf(letter))}`);
    return (
      <span className="block truncate text-muted" title={words.join(", ")}>
        {done}/{total} {t("mapped")}
      </span>
    );
  }
  const parts = [
    node.operator,
    node.trigger_rule === "all_success" ? null : node.trigger_rule,
    node.is_mapped ? t("mapped") : null,
    node.is_setup ? t("setup") : null,
    node.is_teardown ? t("teardown") : null,
  ];
  return <span className="block truncate text-muted">{parts.filter(Boolean).join(" · ")}</span>;
}

export const GroupBox = memo(function GroupBox({ data, width, height }: NodeProps<BoxNode>) {
  const { node, state, found, onFold } = data;
  const t = useText("dagGraph", en);
  const folded = node.is_collapsed;
  return (
    <div
      className={`graph-group ${folded ? "graph-folded" : ""} ${found ? "graph-found" : ""}`}
      style={{ width, height }}
      title={node.tooltip ?? undefined}
    >
      <button
        type="button"
        className="graph-fold nodrag nopan"
        aria-expanded={!folded}
        aria-label={t(folded ? "unfoldGroup" : "foldGroup", { group: node.label })}
        onClick={() => onFold(node.id)}
      >
        <span aria-hidden="true">{folded ? "▸" : "▾"}</span>
        {state && state.letter !== "." ? (
          <StateMark letter={state.letter} className="size-3.5" />
        ) : null}
        <span className="truncate font-semibold">{node.label}</span>
        {folded ? (
          <span className="text-muted">{t("tasks", { count: node.task_count })}</span>
        ) : null}
      </button>
    </div>
  );
});
