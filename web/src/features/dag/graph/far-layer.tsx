import { useReactFlow, useStoreApi } from "@xyflow/react";
import { type MouseEvent, useEffect, useLayoutEffect, useMemo, useRef } from "react";
import type { Graph } from "@/api/dag-queries";
import { dagGraph as en } from "@/i18n/en/dagGraph";
import { useText } from "@/i18n/text";
import { fitted, inSight } from "@/lib/dag/graph-geometry";
import type { NodeStates } from "@/lib/dag/graph-states";
import { readTheme, useThemeVersion } from "../canvas-theme";
import { makeSprites } from "../grid/sprites";
import { drawPicture, type Paint, type Picture } from "./far";

interface Drawn {
  picture: Picture;
  states: NodeStates;
  found: ReadonlySet<string>;
}

/** The colours of the page's theme, and the states' signs in them. */
export function usePaint(): Paint {
  const version = useThemeVersion();
  // biome-ignore lint/correctness/useExhaustiveDependencies: the theme's number stands for its colours.
  return useMemo(() => {
    const scale = window.devicePixelRatio || 1;
    const theme = readTheme();
    return { theme, scale, sprites: makeSprites(theme, scale) };
  }, [version]);
}

function sized(canvas: HTMLCanvasElement, width: number, height: number, scale: number) {
  if (canvas.width !== Math.round(width * scale)) canvas.width = Math.round(width * scale);
  if (canvas.height !== Math.round(height * scale)) canvas.height = Math.round(height * scale);
  return canvas.getContext("2d");
}

/** What is in sight, drawn anew in each frame in which the view has moved. */
export function FarLayer({ picture, states, found, paint }: Drawn & { paint: Paint }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const store = useStoreApi();
  useLayoutEffect(() => {
    let frame = 0;
    let drawn: unknown;
    const draw = () => {
      frame = 0;
      const { transform, width, height } = store.getState();
      drawn = transform;
      const context = canvas.current && sized(canvas.current, width, height, paint.scale);
      const [x, y, zoom] = transform;
      if (context)
        drawPicture(context, picture, states, found, { x, y, zoom }, { width, height }, paint);
    };
    draw();
    const stop = store.subscribe(({ transform }) => {
      if (transform !== drawn && !frame) frame = requestAnimationFrame(draw);
    });
    return () => {
      stop();
      cancelAnimationFrame(frame);
    };
  }, [store, picture, states, found, paint]);
  return (
    <div aria-hidden="true">
      <canvas ref={canvas} className="graph-far" />
    </div>
  );
}

const MAP = { width: 200, height: 150 };

/** The whole graph in a corner, with a frame around what is in sight; a press goes there. */
export function Overview({
  graph,
  picture,
  states,
  found,
  paint,
}: Drawn & { graph: Graph; paint: Paint }) {
  const t = useText("dagGraph", en);
  const canvas = useRef<HTMLCanvasElement>(null);
  const frame = useRef<HTMLDivElement>(null);
  const store = useStoreApi();
  const flow = useReactFlow();
  const { width, height } = graph;
  const at = useMemo(
    () => fitted({ x: 0, y: 0, width, height }, MAP.width, MAP.height),
    [width, height],
  );
  useLayoutEffect(() => {
    const context = canvas.current && sized(canvas.current, MAP.width, MAP.height, paint.scale);
    // Lines would be a grey fog at this size.
    if (context) drawPicture(context, { ...picture, lines: [] }, states, found, at, MAP, paint);
  }, [picture, states, found, at, paint]);
  useEffect(() => {
    let drawn: unknown;
    const place = () => {
      const { transform, width: across, height: down } = store.getState();
      if (transform === drawn || !frame.current) return;
      drawn = transform;
      const [x, y, zoom] = transform;
      const sight = inSight({ x, y, zoom }, across, down);
      const { style } = frame.current;
      style.transform = `translate(${sight.x * at.zoom + at.x}px, ${sight.y * at.zoom + at.y}px)`;
      style.width = `${sight.width * at.zoom}px`;
      style.height = `${sight.height * at.zoom}px`;
    };
    place();
    return store.subscribe(place);
  }, [store, at]);
  const go = (event: MouseEvent) => {
    if (event.buttons !== 1) return;
    const box = event.currentTarget.getBoundingClientRect();
    const x = (event.clientX - box.x - at.x) / at.zoom;
    const y = (event.clientY - box.y - at.y) / at.zoom;
    void flow.setCenter(x, y, { zoom: flow.getZoom() });
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: by keyboard one moves along the boxes, or reads the list.
    <div className="graph-map nopan nowheel" style={MAP} onMouseDown={go} onMouseMove={go}>
      <canvas ref={canvas} style={MAP} role="img" aria-label={t("map")} />
      <div ref={frame} className="graph-map-frame" />
    </div>
  );
}
