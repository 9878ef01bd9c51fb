import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { type Graph, runInstancesQuery } from "@/api/dag-queries";
import { type NodeStates, statesOfGrid, statesOfInstances } from "@/lib/dag/graph-states";
import type { Grid } from "@/lib/dag/grid-model";

const NONE: NodeStates = new Map();

/** The states of a run: the grid has the latest ones; an older one is counted from its instances. */
export function useNodeStates(
  dagId: string,
  runId: string | undefined,
  grid: Grid | undefined,
  graph: Graph | undefined,
): NodeStates {
  const inGrid = useMemo(() => (grid && runId ? statesOfGrid(grid, runId) : null), [grid, runId]);
  const older = useQuery({
    ...runInstancesQuery(dagId, runId ?? ""),
    enabled: Boolean(runId && grid && !inGrid),
  });
  return useMemo(() => {
    if (inGrid) return inGrid;
    return older.data && graph ? statesOfInstances(older.data, graph.nodes) : NONE;
  }, [inGrid, older.data, graph]);
}
