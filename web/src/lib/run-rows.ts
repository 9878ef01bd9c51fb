/** The rows of a run's table: groups and mapped tasks that fold, filtered, in the graph's order. */

import type { StateFilter } from "./search-run";
import type { AnyState } from "./states";

export interface RowItem {
  task_id: string;
  task_display_name: string;
  task_group_id: string | null;
  map_index: number;
  state: AnyState;
}

/** A box of the drawn graph: a task, or a group round others. */
export interface Box {
  id: string;
  type: "task" | "group";
  label: string;
  parent: string | null;
  is_mapped: boolean;
  operator: string | null;
}

interface RowBase {
  key: string;
  depth: number;
}

export type Row<T extends RowItem> =
  | (RowBase & {
      kind: "group" | "mapped";
      id: string;
      label: string;
      isOpen: boolean;
      states: readonly AnyState[];
      operator: string | null;
    })
  | (RowBase & { kind: "instance"; item: T; operator: string | null });

export interface RowFilter {
  q: string;
  state: StateFilter | undefined;
  /** Only what stands in one of these groups. */
  groups?: ReadonlySet<string> | undefined;
}

/** A group and those within it. */
export function groupsIn(group: string, boxes: readonly Box[]): Set<string> {
  const found = new Set([group]);
  // A group may stand before the one around it.
  for (let before = 0; before < found.size; ) {
    before = found.size;
    for (const box of boxes)
      if (box.type === "group" && box.parent !== null && found.has(box.parent)) found.add(box.id);
  }
  return found;
}

export interface RowSource<T extends RowItem> {
  items: readonly T[];
  boxes: readonly Box[];
  /** Of the tasks; upstreams before downstreams. */
  rank: ReadonlyMap<string, number>;
  filter: RowFilter;
  /** Ids that are folded when they would be open, and the other way round. */
  toggled: ReadonlySet<string>;
}

export function passes(item: RowItem, { q, state, groups }: RowFilter): boolean {
  if (groups && (item.task_group_id === null || !groups.has(item.task_group_id))) return false;
  if (state !== undefined && (item.state ?? "none") !== state) return false;
  if (!q) return true;
  const wanted = q.toLowerCase();
  const name = item.map_index >= 0 ? `[${item.map_index}]` : "";
  return (
    `${item.task_id}${name}`.toLowerCase().includes(wanted) ||
    `${item.task_display_name}${name}`.toLowerCase().includes(wanted)
  );
}

interface Node<T> {
  box: Box;
  children: Node<T>[];
  items: T[];
  order: number;
}

/** Of a mapped task more instances than these are folded at first. */
const OPEN_INSTANCES = 5;

export function runRows<T extends RowItem>(source: RowSource<T>): Row<T>[] {
  const rows: Row<T>[] = [];
  const isFiltered = source.filter.q !== "" || source.filter.state !== undefined;
  const opens = (id: string, atFirst: boolean) => isFiltered || source.toggled.has(id) !== atFirst;
  const visit = (node: Node<T>, depth: number) => {
    const { box, items } = node;
    if (box.type === "group") {
      const states = statesOf(node);
      if (states.length === 0) return;
      const isOpen = opens(box.id, true);
      rows.push({
        kind: "group",
        key: `g ${box.id}`,
        depth,
        id: box.id,
        label: box.label,
        isOpen,
        states,
        operator: null,
      });
      if (isOpen) for (const child of node.children) visit(child, depth + 1);
      return;
    }
    const isMapped = box.is_mapped || items.some(({ map_index }) => map_index >= 0);
    let inner = depth;
    if (isMapped && items.length > 0) {
      const isOpen = opens(box.id, items.length <= OPEN_INSTANCES);
      rows.push({
        kind: "mapped",
        key: `m ${box.id}`,
        depth,
        id: box.id,
        label: items[0]?.task_display_name ?? box.label,
        isOpen,
        states: items.map(({ state }) => state),
        operator: box.operator,
      });
      if (!isOpen) return;
      inner = depth + 1;
    }
    for (const item of items)
      rows.push({
        kind: "instance",
        key: `${item.task_id} ${item.map_index}`,
        depth: inner,
        item,
        operator: box.operator,
      });
  };
  for (const node of treeOf(source)) visit(node, 0);
  return rows;
}

function statesOf<T extends RowItem>(node: Node<T>): AnyState[] {
  return [...node.items.map(({ state }) => state), ...node.children.flatMap(statesOf)];
}

function treeOf<T extends RowItem>({ items, boxes, rank, filter }: RowSource<T>): Node<T>[] {
  const nodes = new Map<string, Node<T>>();
  const last = Number.MAX_SAFE_INTEGER;
  for (const box of boxes)
    nodes.set(`${box.type} ${box.id}`, { box, children: [], items: [], order: last });
  const taskOf = (item: T): Node<T> => {
    const key = `task ${item.task_id}`;
    const known = nodes.get(key);
    if (known) return known;
    // A task that the drawn version does not have.
    const box: Box = {
      id: item.task_id,
      type: "task",
      label: item.task_display_name,
      parent: item.task_group_id,
      is_mapped: item.map_index >= 0,
      operator: null,
    };
    const made: Node<T> = { box, children: [], items: [], order: last };
    nodes.set(key, made);
    return made;
  };
  for (const item of items) if (passes(item, filter)) taskOf(item).items.push(item);
  const roots: Node<T>[] = [];
  for (const node of nodes.values()) {
    const parent = node.box.parent === null ? undefined : nodes.get(`group ${node.box.parent}`);
    (parent?.children ?? roots).push(node);
    if (node.box.type !== "task") continue;
    node.items.sort((a, b) => a.map_index - b.map_index);
    node.order = rank.get(node.box.id) ?? last;
    // A group stands where its first task does.
    let above = parent;
    for (let steps = 0; above && steps < 100; steps += 1) {
      above.order = Math.min(above.order, node.order);
      above = above.box.parent === null ? undefined : nodes.get(`group ${above.box.parent}`);
    }
  }
  for (const node of nodes.values()) node.children.sort((a, b) => a.order - b.order);
  return roots.sort((a, b) => a.order - b.order);
}

export function toggledSet(fold: string | undefined): Set<string> {
  return new Set((fold ?? "").split(",").filter(Boolean));
}

/** The URL's text after a click on one; undefined when everything is as at first. */
export function toggled(fold: string | undefined, id: string): string | undefined {
  const set = toggledSet(fold);
  if (!set.delete(id)) set.add(id);
  return set.size > 0 ? [...set].join(",") : undefined;
}
