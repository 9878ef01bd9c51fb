import { Link } from "@tanstack/react-router";
import { useMemo } from "react";
import type { Graph, GraphNode } from "@/api/dag-queries";
import { Empty } from "@/components/feedback";
import { StateMark } from "@/features/dag/state-mark";
import { dagGraph as en } from "@/i18n/en/dagGraph";
import { useText } from "@/i18n/text";
import type { NodeStates } from "@/lib/dag/graph-states";
import { stateOf } from "@/lib/dag/letters";
import { stateLabel } from "@/lib/states";
import { matching } from "./matching";

/** The graph as a table, each task with what comes before it: what a screen reader can read. */
export function GraphList({
  dagId,
  runId,
  graph,
  states,
  q,
}: {
  dagId: string;
  runId: string | undefined;
  graph: Graph;
  states: NodeStates;
  q: string | undefined;
}) {
  const t = useText("dagGraph", en);
  const before = useMemo(() => {
    const found = new Map<string, string[]>();
    for (const edge of graph.edges) {
      const text = edge.label ? `${edge.source} (${edge.label})` : edge.source;
      found.set(edge.target, [...(found.get(edge.target) ?? []), text]);
    }
    return found;
  }, [graph]);
  const nodes = q ? matching(graph, q) : graph.nodes;
  if (nodes.length === 0) {
    return (
      <div className="panel">
        <Empty>{t("listEmpty")}</Empty>
      </div>
    );
  }
  return (
    <div className="panel overflow-x-auto">
      <table className="grid-table">
        <thead>
          <tr>
            <th scope="col">{t("picture")}</th>
            <th scope="col">{t("run")}</th>
            <th scope="col">{t("upstream")}</th>
          </tr>
        </thead>
        <tbody>
          {nodes.map((node) => {
            const state = states.get(node.id);
            return (
              <tr key={node.id}>
                <th scope="row" className="!text-ink whitespace-normal">
                  <NodeName dagId={dagId} runId={runId} node={node} />
                </th>
                <td>
                  {state && state.letter !== "." ? (
                    <span className="inline-flex items-center gap-1.5">
                      <StateMark letter={state.letter} />
                      {stateLabel(stateOf(state.letter))}
                      {state.counts.length > 0 ? (
                        <span className="text-muted">
                          {state.counts
                            .map(({ letter, count }) => `${count} ${stateLabel(stateOf(letter))}`)
                            .join(", ")}
                        </span>
                      ) : null}
                    </span>
                  ) : null}
                </td>
                <td className="break-all">{before.get(node.id)?.join(", ")}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

function NodeName({
  dagId,
  runId,
  node,
}: {
  dagId: string;
  runId: string | undefined;
  node: GraphNode;
}) {
  const t = useText("dagGraph", en);
  if (node.type === "group") {
    return <>{t("group", { label: node.label, tasks: t("tasks", { count: node.task_count }) })}</>;
  }
  const extra = [node.operator, node.trigger_rule, node.is_mapped ? t("mapped") : null]
    .filter(Boolean)
    .join(", ");
  return (
    <>
      {runId && node.is_mapped ? (
        <Link
          to="/dags/$dagId/runs/$runId"
          params={{ dagId, runId }}
          search={{ q: node.id }}
          className="link underline break-all"
        >
          {node.label}
        </Link>
      ) : runId ? (
        <Link
          to="/dags/$dagId/runs/$runId/tasks/$taskId"
          params={{ dagId, runId, taskId: node.id }}
          className="link underline break-all"
        >
          {node.label}
        </Link>
      ) : (
        <span className="break-all">{node.label}</span>
      )}{" "}
      <span className="font-normal text-muted">{extra}</span>
    </>
  );
}
