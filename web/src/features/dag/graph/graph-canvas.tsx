import {
  Background,
  BackgroundVariant,
  MiniMap,
  Panel,
  ReactFlow,
  ReactFlowProvider,
  useReactFlow,
  useStore,
  ViewportPortal,
} from "@xyflow/react";
import "@xyflow/react/dist/base.css";
import "./graph.css";
import { useNavigate } from "@tanstack/react-router";
import { memo, useCallback, useEffect, useMemo, useRef } from "react";
import type { Graph, GraphNode } from "@/api/dag-queries";
import { dagGraph as en } from "@/i18n/en/dagGraph";
import { useText } from "@/i18n/text";
import type { NodeState, NodeStates } from "@/lib/dag/graph-states";
import { stateOf } from "@/lib/dag/letters";
import { stateClass, stateLabel } from "@/lib/states";
import { useRoomBelow } from "../use-room";
import { type BoxNode, type Lines, makeLines, makeNodes } from "./flow";
import { matching } from "./matching";
import { GroupBox, TaskBox } from "./node-boxes";

const NODE_TYPES = { task: TaskBox, group: GroupBox };
/** More nodes than this are not shown all at once at first: nobody could read them. */
const MANY = 120;
/** Fewer are seen as a whole without an overview. */
const MAPPED = 30;
/** From so far away nobody reads the words. */
const FAR = 0.3;

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
  const far = useStore((state) => state.transform[2] < FAR);

  const open = (id: string) => {
    const node = graph.nodes.find((one) => one.id === id);
    if (!node) return;
    if (node.type === "group") onFold(id);
    else if (!runId)
      void navigate({ to: "/dags/$dagId/tasks", params: { dagId }, search: { task: id } });
    else if (node.is_mapped)
      void navigate({ to: "/dags/$dagId/runs/$runId", params: { dagId, runId } });
    else
      void navigate({
        to: "/dags/$dagId/runs/$runId/tasks/$taskId",
        params: { dagId, runId, taskId: id },
      });
  };
  const many = graph.nodes.length > MANY;
  const box = useRef<HTMLElement>(null);
  const room = useRoomBelow(box, 14, 380);
  return (
    <section
      ref={box}
      aria-label={t("graph", { dag: dagId })}
      className={`panel overflow-hidden ${far ? "graph-far" : ""}`}
      style={{ height: room }}
      onKeyDown={(event) => {
        const id = (event.target as HTMLElement).dataset.id;
        if (event.key === "Enter" && id) open(id);
      }}
    >
      <ReactFlow<BoxNode>
        nodes={nodes}
        nodeTypes={NODE_TYPES}
        onNodeClick={(_, node) => node.type === "task" && open(node.id)}
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
        <Background variant={BackgroundVariant.Dots} gap={20} color="var(--line)" />
        <LineLayer lines={lines} width={graph.width} height={graph.height} />
        <Focus graph={graph} states={states} found={found} many={many} runId={runId} />
        {graph.nodes.length > MAPPED ? (
          <MiniMap
            pannable
            zoomable
            ariaLabel={t("map")}
            nodeClassName={(node: BoxNode) =>
              node.type === "group"
                ? "graph-map-group"
                : `graph-map-task ${stateClass(node.data.state ? stateOf(node.data.state.letter) : null)}`
            }
          />
        ) : null}
        <Zoom />
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
  const looked = useRef(false);
  useEffect(() => {
    if (found.size === 0) return;
    void flow.fitView({
      nodes: [...found].map((id) => ({ id })),
      maxZoom: 1,
      padding: 0.3,
      duration: 200,
    });
  }, [found, flow]);
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

function Zoom() {
  const t = useText("dagGraph", en);
  const flow = useReactFlow();
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
      <button
        type="button"
        className="button"
        onClick={() => void flow.fitView({ maxZoom: 1, padding: 0.08 })}
      >
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
        {KINDS.map((kind) =>
          lines.paths[kind] ? (
            <path key={kind} d={lines.paths[kind]} className={`graph-line-${kind}`} />
          ) : null,
        )}
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

const KINDS = ["dependency", "branch", "teardown"] as const;
