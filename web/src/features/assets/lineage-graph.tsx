import { Link } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { assets as en } from "@/i18n/en/assets";
import { useText } from "@/i18n/text";
import { curve, layered, type Point } from "@/lib/layered";
import type { EdgeKind, Lineage, LineageNode } from "@/lib/lineage";

const SIZE = { width: 190, height: 32, gapX: 56, gapY: 14 };
const MARGIN = 12;
const ZOOMS = [0.4, 0.6, 0.8, 1, 1.25, 1.6];
const KINDS: readonly EdgeKind[] = ["makes", "starts", "reads"];
const LINE: Readonly<Record<EdgeKind, string>> = {
  makes: "stroke-ink",
  starts: "stroke-accent",
  reads: "stroke-muted [stroke-dasharray:4_4]",
};

/** Lines as SVG, nodes as links above them: they are reached by Tab and read out by name. */
export function LineageGraph({ graph, focus }: { graph: Lineage; focus: number | undefined }) {
  const t = useText("assets", en);
  const [zoom, setZoom] = useState(3);
  const layout = useMemo(() => layered(graph.nodes, graph.edges, SIZE), [graph]);
  const scale = ZOOMS[zoom] ?? 1;
  const [width, height] = [layout.width + 2 * MARGIN, layout.height + 2 * MARGIN];
  const dags = graph.nodes.filter(({ kind }) => kind === "dag").length;
  return (
    <>
      <div className="mb-1 flex flex-wrap items-center gap-3">
        <ul className="flex flex-wrap gap-3 text-muted">
          {KINDS.map((kind) => (
            <li key={kind} className="flex items-center gap-1">
              <svg aria-hidden="true" width="28" height="8">
                <line x1="0" x2="28" y1="4" y2="4" className={LINE[kind]} strokeWidth="1.5" />
              </svg>
              {t(kind)}
            </li>
          ))}
        </ul>
        <span className="flex-1" />
        <button
          type="button"
          className="button"
          aria-label={t("zoomOut")}
          disabled={zoom === 0}
          onClick={() => setZoom(zoom - 1)}
        >
          −
        </button>
        <button
          type="button"
          className="button"
          aria-label={t("zoomIn")}
          disabled={zoom === ZOOMS.length - 1}
          onClick={() => setZoom(zoom + 1)}
        >
          +
        </button>
      </div>
      <section
        aria-label={t("graphLabel", { dags, assets: graph.nodes.length - dags })}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard.
        tabIndex={0}
        className="panel max-h-[75dvh] overflow-auto"
      >
        <div style={{ width: width * scale, height: height * scale }}>
          <div
            className="relative origin-top-left"
            style={{ width, height, transform: `scale(${scale})` }}
          >
            <svg
              aria-hidden="true"
              className="absolute inset-0"
              width={width}
              height={height}
              viewBox={`${-MARGIN} ${-MARGIN} ${width} ${height}`}
            >
              {layout.routes.map(({ edge, points }) => (
                <g key={`${edge.from} ${edge.to}`}>
                  <path
                    d={curve(points)}
                    fill="none"
                    className={LINE[edge.kind]}
                    strokeWidth="1.5"
                  />
                  <Tip points={points} />
                </g>
              ))}
            </svg>
            <ul>
              {graph.nodes.map((node) => (
                <Node
                  key={node.id}
                  node={node}
                  at={layout.places.get(node.id) ?? { x: 0, y: 0 }}
                  inFocus={node.assetId !== undefined && node.assetId === focus}
                />
              ))}
            </ul>
          </div>
        </div>
      </section>
    </>
  );
}

function Tip({ points }: { points: readonly Point[] }) {
  const end = points.at(-1);
  const before = points.at(-2);
  if (!end || !before) return null;
  const back = end.x > before.x ? -7 : 7;
  return <path d={`M${end.x},${end.y} l${back},-3.5 v7 z`} className="fill-muted" />;
}

function Node({ node, at, inFocus }: { node: LineageNode; at: Point; inFocus: boolean }) {
  const look = `absolute flex items-center gap-1.5 border px-2 hover:underline ${
    node.kind === "dag" ? "rounded bg-panel border-line" : "rounded-full bg-raised border-line"
  } ${inFocus ? "!border-accent !border-2 font-semibold" : ""}`;
  const style = {
    left: at.x + MARGIN,
    top: at.y + MARGIN,
    width: SIZE.width,
    height: SIZE.height,
  };
  const content = (
    <>
      <span className="shrink-0 text-xs text-muted">{node.kind === "dag" ? "DAG" : "◆"}</span>
      <span className="truncate">{node.label}</span>
    </>
  );
  return (
    <li>
      {node.assetId === undefined ? (
        <Link
          to="/dags/$dagId"
          params={{ dagId: node.label }}
          title={node.label}
          className={look}
          style={style}
        >
          {content}
        </Link>
      ) : (
        <Link
          to="/asset/$assetId"
          params={{ assetId: String(node.assetId) }}
          title={node.label}
          className={look}
          style={style}
        >
          {content}
        </Link>
      )}
    </li>
  );
}
