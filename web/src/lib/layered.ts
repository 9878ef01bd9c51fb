/**
 * A simple layered layout, left to right: edges that close a circle are turned for the layout, a
 * node stands one layer behind the last of its sources, long edges get a place in every layer that
 * they cross, and the places of a layer are sorted by the mean of their neighbours.
 */

export interface LayeredNode {
  id: string;
}
export interface LayeredEdge {
  from: string;
  to: string;
}
export interface Size {
  width: number;
  height: number;
  /** Between layers, and between the nodes of one. */
  gapX: number;
  gapY: number;
}
export interface Point {
  x: number;
  y: number;
}
export interface Layout<Edge extends LayeredEdge> {
  /** The upper left corner of each node. */
  places: ReadonlyMap<string, Point>;
  /** From the middle of a side to the middle of a side. */
  routes: { edge: Edge; points: Point[] }[];
  width: number;
  height: number;
}

interface Place {
  layer: number;
  order: number;
}
const SWEEPS = 6;

export function layered<Edge extends LayeredEdge>(
  nodes: readonly LayeredNode[],
  edges: readonly Edge[],
  size: Size,
): Layout<Edge> {
  const ids = nodes.map(({ id }) => id);
  const known = new Set(ids);
  const usable = edges.filter(({ from, to }) => known.has(from) && known.has(to) && from !== to);
  const forward = acyclic(ids, usable);
  const layerOf = layers(ids, forward);
  const grid = new Map<string, Place>();
  const rows: string[][] = [];
  const put = (id: string, layer: number) => {
    let row = rows[layer];
    if (!row) rows[layer] = row = [];
    grid.set(id, { layer, order: row.length });
    row.push(id);
  };
  for (let layer = 0; layer <= Math.max(0, ...layerOf.values()); layer += 1) rows[layer] = [];
  for (const id of ids) put(id, layerOf.get(id) ?? 0);

  // Every edge is a chain of steps of one layer each.
  const chains = forward.map(({ from, to }, index) => {
    const chain = [from];
    for (let layer = at(layerOf, from) + 1; layer < at(layerOf, to); layer += 1) {
      const bend = `\u0000${index}:${layer}`;
      put(bend, layer);
      chain.push(bend);
    }
    return [...chain, to];
  });
  sortRows(rows, grid, chains);

  const tallest = Math.max(1, ...rows.map((row) => row.length));
  const step = size.height + size.gapY;
  const corner = (id: string): Point => {
    const { layer, order } = grid.get(id) ?? { layer: 0, order: 0 };
    const length = rows[layer]?.length ?? 1;
    return {
      x: layer * (size.width + size.gapX),
      y: (order + (tallest - length) / 2) * step,
    };
  };
  const places = new Map(ids.map((id) => [id, corner(id)] as const));
  const routes = usable.map((edge, index) => {
    const points = (chains[index] ?? []).flatMap((id, position, chain) => {
      const { x, y } = corner(id);
      const middle = y + size.height / 2;
      const left = { x, y: middle };
      const right = { x: x + size.width, y: middle };
      if (position === 0) return [right];
      return position === chain.length - 1 ? [left] : [left, right];
    });
    return { edge, points: forward[index]?.turned ? points.reverse() : points };
  });
  return {
    places,
    routes,
    width: rows.length * (size.width + size.gapX) - size.gapX,
    height: tallest * step - size.gapY,
  };
}

interface Directed extends LayeredEdge {
  turned: boolean;
}

const at = (map: ReadonlyMap<string, number>, id: string) => map.get(id) ?? 0;

/** The same edges in their order, those that close a circle turned round. */
function acyclic(ids: readonly string[], edges: readonly LayeredEdge[]): Directed[] {
  const out = new Map<string, number[]>(ids.map((id) => [id, []]));
  edges.forEach(({ from }, index) => {
    out.get(from)?.push(index);
  });
  const turned = new Set<number>();
  const state = new Map<string, "open" | "done">();
  for (const root of ids) {
    if (state.has(root)) continue;
    state.set(root, "open");
    const path: { id: string; next: number }[] = [{ id: root, next: 0 }];
    for (let top = path.at(-1); top; top = path.at(-1)) {
      const index = out.get(top.id)?.[top.next];
      if (index === undefined) {
        state.set(top.id, "done");
        path.pop();
        continue;
      }
      top.next += 1;
      const to = edges[index]?.to ?? "";
      if (state.get(to) === "open") turned.add(index);
      else if (!state.has(to)) {
        state.set(to, "open");
        path.push({ id: to, next: 0 });
      }
    }
  }
  return edges.map(({ from, to }, index) =>
    turned.has(index) ? { from: to, to: from, turned: true } : { from, to, turned: false },
  );
}

/** The longest way to each node from one that nothing leads to. */
function layers(ids: readonly string[], edges: readonly LayeredEdge[]): Map<string, number> {
  const waiting = new Map<string, number>(ids.map((id) => [id, 0]));
  const out = new Map<string, string[]>(ids.map((id) => [id, []]));
  for (const { from, to } of edges) {
    waiting.set(to, at(waiting, to) + 1);
    out.get(from)?.push(to);
  }
  const layer = new Map<string, number>(ids.map((id) => [id, 0]));
  const ready = ids.filter((id) => at(waiting, id) === 0);
  for (let id = ready.pop(); id !== undefined; id = ready.pop()) {
    for (const to of out.get(id) ?? []) {
      layer.set(to, Math.max(at(layer, to), at(layer, id) + 1));
      waiting.set(to, at(waiting, to) - 1);
      if (at(waiting, to) === 0) ready.push(to);
    }
  }
  return layer;
}

/** Sweeps forth and back; each row is sorted by the mean place of its neighbours before it. */
function sortRows(rows: string[][], grid: Map<string, Place>, chains: readonly string[][]): void {
  const before = new Map<string, string[]>();
  const after = new Map<string, string[]>();
  const add = (map: Map<string, string[]>, key: string, value: string) => {
    const list = map.get(key);
    if (list) list.push(value);
    else map.set(key, [value]);
  };
  for (const chain of chains) {
    for (let i = 1; i < chain.length; i += 1) {
      add(before, chain[i] ?? "", chain[i - 1] ?? "");
      add(after, chain[i - 1] ?? "", chain[i] ?? "");
    }
  }
  for (let sweep = 0; sweep < SWEEPS; sweep += 1) {
    const forth = sweep % 2 === 0;
    for (const row of forth ? rows : [...rows].reverse()) {
      const mean = new Map(
        row.map((id) => {
          const around = (forth ? before : after).get(id) ?? [];
          const sum = around.reduce((total, one) => total + (grid.get(one)?.order ?? 0), 0);
          return [id, around.length ? sum / around.length : (grid.get(id)?.order ?? 0)] as const;
        }),
      );
      row.sort((a, b) => at(mean, a) - at(mean, b));
      row.forEach((id, order) => {
        const place = grid.get(id);
        if (place) place.order = order;
      });
    }
  }
}

/** A route as an SVG path: soft curves between its points. */
export function curve(points: readonly Point[]): string {
  const [first, ...rest] = points;
  if (!first) return "";
  let from = first;
  let path = `M${first.x},${first.y}`;
  for (const to of rest) {
    const middle = (from.x + to.x) / 2;
    path += ` C${middle},${from.y} ${middle},${to.y} ${to.x},${to.y}`;
    from = to;
  }
  return path;
}
