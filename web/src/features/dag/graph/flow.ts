/** The server's drawing as React Flow wants it: places and sizes are as the server says. */

import type { Node } from "@xyflow/react";
import type { Graph, GraphNode } from "@/api/dag-queries";
import { type Piece, piecesOf } from "@/lib/dag/graph-geometry";
import type { NodeState, NodeStates } from "@/lib/dag/graph-states";

export type BoxData = {
  node: GraphNode;
  state: NodeState | undefined;
  found: boolean;
  onFold: (group: string) => void;
};
export type BoxNode = Node<BoxData, "task" | "group">;

export type LinePiece = Piece<Graph["edges"][number]["kind"]>;
export interface Lines {
  pieces: readonly LinePiece[];
  labels: readonly { key: string; text: string; x: number; y: number }[];
}

/**
 * Nodes keep their identity from one state to the next unless something about them is new: a memo
 * then skips them.
 */
export function makeNodes(
  graph: Graph,
  states: NodeStates,
  found: ReadonlySet<string>,
  onFold: (group: string) => void,
  old: readonly BoxNode[],
  label: (node: GraphNode, state: NodeState | undefined) => string,
): BoxNode[] {
  const before = new Map(old.map((one) => [one.id, one]));
  return graph.nodes.map((node) => {
    const state = states.get(node.id);
    const is = found.has(node.id);
    const known = before.get(node.id);
    if (
      known?.data.node === node &&
      known.data.found === is &&
      known.data.onFold === onFold &&
      sameState(known.data.state, state)
    ) {
      return known;
    }
    return {
      id: node.id,
      type: node.type,
      position: { x: node.x, y: node.y },
      width: node.width,
      height: node.height,
      // Known, so that what is out of sight is not drawn once to be measured.
      measured: { width: node.width, height: node.height },
      handles: [],
      // A group lies under what is in it.
      zIndex: node.type === "group" && !node.is_collapsed ? 0 : 2,
      draggable: false,
      connectable: false,
      ariaLabel: label(node, state),
      data: { node, state, found: is, onFold },
    };
  });
}

function sameState(a: NodeState | undefined, b: NodeState | undefined): boolean {
  if (a === b) return true;
  if (!a || !b || a.letter !== b.letter || a.counts.length !== b.counts.length) return false;
  return a.counts.every(
    ({ letter, count }, index) =>
      b.counts[index]?.letter === letter && b.counts[index]?.count === count,
  );
}

export function makeLines(graph: Graph): Lines {
  const labels = graph.edges.flatMap((edge) => {
    if (!edge.label) return [];
    const [ax = 0, ay = 0] = edge.points[0] ?? [];
    const [bx = 0, by = 0] = edge.points[1] ?? [];
    const key = `${edge.source} ${edge.target}`;
    return [{ key, text: edge.label, x: (ax + bx) / 2, y: (ay + by) / 2 }];
  });
  return { pieces: piecesOf(graph.edges), labels };
}
