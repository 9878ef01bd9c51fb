/** The graph of who makes what and who waits for it: DAGs and assets, and the edges between. */

import type { LayeredEdge, LayeredNode } from "./layered";

interface Use {
  dag_id: string;
}
/** What the graph needs of an asset as the API gives it. */
export interface LineageAsset {
  id: number;
  name: string;
  uri: string;
  producing_tasks: readonly Use[];
  scheduled_dags: readonly Use[];
  consuming_tasks: readonly Use[];
}

/** `makes` a DAG makes the asset, `starts` the asset starts the DAG, `reads` a task reads it. */
export type EdgeKind = "makes" | "starts" | "reads";
export interface LineageNode extends LayeredNode {
  kind: "asset" | "dag";
  label: string;
  assetId?: number;
}
export interface LineageEdge extends LayeredEdge {
  kind: EdgeKind;
}
export interface Lineage {
  nodes: LineageNode[];
  edges: LineageEdge[];
}

export const assetKey = (id: number) => `asset:${id}`;
export const dagKey = (dagId: string) => `dag:${dagId}`;

/** Every DAG that one of the assets names; sorted, so that a request for them is cached. */
export function dagsOf(assets: readonly LineageAsset[]): string[] {
  const dags = new Set<string>();
  for (const asset of assets) {
    for (const uses of [asset.producing_tasks, asset.scheduled_dags, asset.consuming_tasks]) {
      for (const use of uses) dags.add(use.dag_id);
    }
  }
  return [...dags].sort();
}

/** One edge per DAG and asset and kind, however many tasks there are; who starts also reads. */
export function lineageOf(assets: readonly LineageAsset[]): Lineage {
  const nodes = new Map<string, LineageNode>();
  const edges = new Map<string, LineageEdge>();
  const connect = (from: string, to: string, kind: EdgeKind) => {
    const key = `${from}\n${to}`;
    if (!edges.has(key)) edges.set(key, { from, to, kind });
  };
  const dag = (dagId: string) => {
    const id = dagKey(dagId);
    if (!nodes.has(id)) nodes.set(id, { id, kind: "dag", label: dagId });
    return id;
  };
  for (const asset of assets) {
    const id = assetKey(asset.id);
    nodes.set(id, { id, kind: "asset", label: asset.name, assetId: asset.id });
    for (const { dag_id } of asset.producing_tasks) connect(dag(dag_id), id, "makes");
    for (const { dag_id } of asset.scheduled_dags) connect(id, dag(dag_id), "starts");
    for (const { dag_id } of asset.consuming_tasks) {
      // Within its own DAG, what a task made is read by the next: that is no edge between DAGs.
      if (!edges.has(`${dagKey(dag_id)}\n${id}`)) connect(id, dag(dag_id), "reads");
    }
  }
  return { nodes: [...nodes.values()], edges: [...edges.values()] };
}

/** What is reached from a node in at most `steps` edges, in either direction. */
export function near(graph: Lineage, from: string, steps: number): Lineage {
  const next = new Map<string, string[]>();
  const add = (a: string, b: string) => next.set(a, [...(next.get(a) ?? []), b]);
  for (const { from: a, to: b } of graph.edges) {
    add(a, b);
    add(b, a);
  }
  const kept = new Set([from]);
  let edge = [from];
  for (let step = 0; step < steps && edge.length > 0; step += 1) {
    edge = edge.flatMap((id) => next.get(id) ?? []).filter((id) => !kept.has(id));
    for (const id of edge) kept.add(id);
  }
  return {
    nodes: graph.nodes.filter(({ id }) => kept.has(id)),
    edges: graph.edges.filter((one) => kept.has(one.from) && kept.has(one.to)),
  };
}
