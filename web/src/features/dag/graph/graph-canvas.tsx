import {
  Background,
  BackgroundVariant,
  getViewportForBounds,
  Panel,
  ReactFlow,
  ReactFlowProvider,
  useReactFlow,
  useStore,
  useStoreApi,
  ViewportPortal,
} from "@xyflow/react";
import "@xyflow/react/dist/base.css";
import "./graph.css";
import { useNavigate } from "@tanstack/react-router";
import { type MouseEvent, memo, useCallback, useEffect, useMemo, useRef } from "react";
import type { Graph, GraphNode } from "@/api/dag-queries";
import { dagGraph as en } from "@/i18n/en/dagGraph";
import { useText } from "@/i18n/text";
import { around, boxAt, cornersOf } from "@/lib/dag/graph-geometry";
import type { NodeState, NodeStates } from "@/lib/dag/graph-states";
import { stateOf } from "@/lib/dag/letters";
import { stateLabel } from "@/lib/states";
import { useRoomBelow } from "../use-room";
import { makePicture } from "./far";
import { FarLayer, Overview, usePaint } from "./far-layer";
import { type BoxNode, type Lines, makeLines, makeNodes } from "./flow";
import { matching } from "./matching";
import { GroupBox, TaskBox } from "./node-boxes";

const NODE_TYPES = { task: TaskBox, group: GroupBox };
/** More nodes than this are not shown all at once at first: nobody could read them. */
const MANY = 120;
/** Fewer are seen as a whole without an overview. */
const MAPPED = 30;
/** From so far away nobody reads the words. Many boxes are then drawn on a canvas. */
const FAR = 0.4;
const NO_NODES: BoxNode[] = [];

interface Props {
  dagId: string;
  runId: string | undefined;
  graph: Graph;
  states: NodeStates;
  q: string | undefined;
  onFold: (group: string) => void;
}

export function GraphCanvas(props: Props) {
  return (
    <ReactFlowProvider>
      <Flow {...props} />
    </ReactFlowProvider>
  );
}

function Flow({ dagId, runId, graph, states, q, onFold }: Props) {
  const t = useText("dagGraph", en);
  const navigate = useNavigate();
  const fold = useRef(onFold);
  useEffect(() => {
    fold.current = onFold;
  });
  const stableFold = useCallback((group: string) => fold.current(group), []);
  const label = useCallback(
    (node: GraphNode, state: NodeState | undefined) => {
      const name =
        node.type === "group"
          ? t("group", { label: node.label, tasks: t("tasks", { count: node.task_count }) })
          : node.label;
      return state && state.letter !== "." ? `${name}, ${stateLabel(stateOf(state.letter))}` : name;
    },
    [t],
  );
  const found = useMemo(() => new Set(matching(graph, q).map(({ id }) => id)), [graph, q]);
  const old = useRef<BoxNode[]>([]);
  const nodes = useMemo(() => {
    old.current = makeNodes(graph, states, found, stableFold, old.current, label);
    return old.current;
  }, [graph, states, found, stableFold, label]);
  const lines = useMemo(() => makeLines(graph), [graph]);
  const many = graph.nodes.length > MANY;
  const far = useStore((state) => state.transform[2] < FAR) && many;
  const picture = useMemo(() => makePicture(graph.nodes, lines.pieces), [graph, lines]);
  const paint = usePaint();
  const drawn = { picture, states, found, paint };

  const open = (id: string | undefined) => {
    const node = graph.nodes.find((one) => one.id === id);
    if (!node || !id) return;
    if (node.type === "group") onFold(id);
    else if (!runId)
      void navigate({ to: "/dags/$dagId/tasks", params: { dagId }, search: { task: id } });
    else if (node.is_mapped)
      void navigate({
        to: "/dags/$dagId/runs/$runId",
        params: { dagId, runId },
        search: { q: id },
      });
    else
      void navigate({
        to: "/dags/$dagId/runs/$runId/tasks/$taskId",
        params: { dagId, runId, taskId: id },
      });
  };
  const flow = useReactFlow();
  const under = (event: MouseEvent) => {
    const { x, y } = flow.screenToFlowPosition({ x: event.clientX, y: event.clientY });
    return boxAt(graph.nodes, x, y);
  };
  const box = useRef<HTMLElement>(null);
  const room = useRoomBelow(box, 14, 380);
  return (
    <section
      ref={box}
      aria-label={t("graph", { dag: dagId })}
      className="panel overflow-hidden"
      style={{ height: room }}
      // On a canvas nothing has a title of its own.
      onMouseMove={(event) => {
        const node = far ? under(event) : undefined;
        event.currentTarget.title = node
          ? [label(node, states.get(node.id)), node.tooltip].filter(Boolean).join("\n")
          : "";
      }}
      onKeyDown={(event) => {
        const id = (event.target as HTMLElement).dataset.id;
        if (event.key === "Enter" && id) open(id);
      }}
    >
      <ReactFlow<BoxNode>
        nodes={far ? NO_NODES : nodes}
        nodeTypes={NODE_TYPES}
        onNodeClick={(_, node) => node.type === "task" && open(node.id)}
        onPaneClick={(event) => far && open(under(event)?.id)}
        onlyRenderVisibleElements
        nodesDraggable={false}
        nodesConnectable={false}
        elementsSelectable={false}
        nodesFocusable
        edgesFocusable={false}
        minZoom={0.03}
        maxZoom={2}
        fitView={!many}
        fitViewOptions={{ maxZoom: 1, padding: 0.08 }}
        defaultViewport={{ x: 24, y: 24, zoom: 0.75 }}
        deleteKeyCode={null}
        selectionKeyCode={null}
        multiSelectionKeyCode={null}
      >
        {far ? (
          <FarLayer {...drawn} />
        ) : (
          <>
            <Background variant={BackgroundVariant.Dots} gap={20} color="var(--line)" />
            <LineLayer lines={lines} width={graph.width} height={graph.height} />
          </>
        )}
        <Focus graph={graph} states={states} found={found} many={many} runId={runId} />
        {graph.nodes.length > MAPPED ? (
          <Panel position="bottom-right">
            <Overview graph={graph} {...drawn} />
          </Panel>
        ) : null}
        <Zoom graph={graph} />
        {graph.edges.length < graph.total_edges ? (
          <Panel position="top-center" className="chip">
            {t("tooMany", { shown: graph.edges.length, total: graph.total_edges })}
          </Panel>
        ) : null}
      </ReactFlow>
    </section>
  );
}

/** Looks at what is searched for; a large graph is first seen at its first failed or running task. */
function Focus({
  graph,
  states,
  found,
  many,
  runId,
}: {
  graph: Graph;
  states: NodeStates;
  found: ReadonlySet<string>;
  many: boolean;
  runId: string | undefined;
}) {
  const flow = useReactFlow();
  const show = useShow();
  const looked = useRef(false);
  useEffect(() => {
    if (found.size > 0)
      show(
        graph.nodes.filter(({ id }) => found.has(id)),
        0.3,
        200,
      );
  }, [found, show, graph]);
  useEffect(() => {
    if (!many || looked.current || (runId && states.size === 0)) return;
    looked.current = true;
    const first = (letters: string) =>
      graph.nodes.find(
        (node) => node.type === "task" && letters.includes(states.get(node.id)?.letter ?? "."),
      );
    const node = first("f") ?? first("ry");
    if (node) {
      void flow.setCenter(node.x + node.width / 2, node.y + node.height / 2, { zoom: 0.75 });
      return;
    }
    // Else at its beginning, which is at the left.
    const [begin] = [...graph.nodes].sort((a, b) => a.x - b.x);
    if (begin) void flow.setCenter(begin.x + 500, begin.y + begin.height / 2, { zoom: 0.75 });
  }, [many, states, graph, flow, runId]);
  return null;
}

/** Brings these boxes into sight, also when none of them is in the document. */
function useShow() {
  const flow = useReactFlow();
  const store = useStoreApi();
  return useCallback(
    (nodes: readonly GraphNode[], padding: number, duration?: number) => {
      const bounds = around(cornersOf(nodes));
      const { width, height, minZoom } = store.getState();
      if (bounds && width > 0)
        void flow.setViewport(getViewportForBounds(bounds, width, height, minZoom, 1, padding), {
          duration,
        });
    },
    [flow, store],
  );
}

function Zoom({ graph }: { graph: Graph }) {
  const t = useText("dagGraph", en);
  const flow = useReactFlow();
  const showAll = useShow();
  return (
    <Panel position="bottom-left" className="flex gap-1">
      <button
        type="button"
        className="button"
        aria-label={t("zoomIn")}
        onClick={() => void flow.zoomIn()}
      >
        +
      </button>
      <button
        type="button"
        className="button"
        aria-label={t("zoomOut")}
        onClick={() => void flow.zoomOut()}
      >
        −
      </button>
      <button type="button" className="button" onClick={() => showAll(graph.nodes, 0.08)}>
        {t("fit")}
      </button>
    </Panel>
  );
}

/** Between the groups and the tasks: see zIndex in flow.ts. */
const LineLayer = memo(function LineLayer({
  lines,
  width,
  height,
}: {
  lines: Lines;
  width: number;
  height: number;
}) {
  return (
    <ViewportPortal>
      <svg aria-hidden="true" className="graph-lines" width={width} height={height}>
        {lines.pieces.map(({ key, kind, path }) => (
          <path key={key} d={path} className={`graph-line-${kind}`} />
        ))}
      </svg>
      {lines.labels.map((label) => (
        <span
          key={label.key}
          title={label.text}
          className="graph-label"
          style={{ left: label.x, top: label.y }}
        >
          {label.text}
        </span>
      ))}
    </ViewportPortal>
  );
});
