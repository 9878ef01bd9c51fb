import type { Graph } from "@/api/dag-queries";

/** Nodes whose id or label has the words in it. */
export function matching(graph: Graph, q: string | undefined): Graph["nodes"] {
  const words = q?.trim().toLowerCase();
  if (!words) return [];
  return graph.nodes.filter(({ id, label }) => `${id} ${label}`.toLowerCase().includes(words));
}
