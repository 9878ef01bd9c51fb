import {
  type KeyboardEvent,
  type MouseEvent,
  useCallback,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from "react";
import { dagGrid as en } from "@/i18n/en/dagGrid";
import { useText } from "@/i18n/text";
import {
  boxOf,
  clamped,
  contentSize,
  type Layout,
  moved,
  type Place,
  placeAt,
  scrollTo,
  type View,
} from "@/lib/dag/grid-geometry";
import { readTheme, useThemeVersion } from "../canvas-theme";
import { useRoomBelow } from "../use-room";
import { drawGrid, type Frame, LabelCache, type Scene } from "./draw";
import { makeSprites } from "./sprites";
import { Tooltip } from "./tooltip";
import { placeLabel } from "./words";

const COLUMN = 20;
const ROW = 20;
const HEAD = 96;

/**
 * The grid on one canvas, which draws only what is in sight, with one cell in the document: the one
 * that has the keyboard. It moves with the arrow keys, so a screen reader reads cell after cell.
 */
export function GridCanvas({
  scene,
  label,
  runName,
  onOpen,
  onFold,
}: {
  scene: Scene;
  label: string;
  runName: (column: number) => string;
  /** `apart`: in a new tab, as the person asked. */
  onOpen: (place: Place, apart: boolean) => void;
  onFold: (row: number) => void;
}) {
  const t = useText("dagGrid", en);
  const box = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const cell = useRef<HTMLDivElement>(null);
  const room = useRoomBelow(box, 62, 340);
  const atEnd = useRef(true);
  const request = useRef(0);
  const theme = useThemeVersion();
  const [size, setSize] = useState({ width: 0, height: 0 });
  const [hover, setHover] = useState<Place | null>(null);
  const [place, setPlace] = useState<Place>({ row: 0, column: Number.MAX_SAFE_INTEGER });
  const [focused, setFocused] = useState(false);

  const namesWidth = Math.round(Math.min(260, Math.max(110, size.width * 0.3)));
  const layout = useMemo<Layout>(
    () => ({
      rows: scene.rows.length,
      columns: scene.runs.length,
      rowHeight: ROW,
      columnWidth: COLUMN,
      namesWidth,
      headHeight: HEAD,
    }),
    [scene, namesWidth],
  );
  const focus = clamped(place, layout);
  const viewNow = useCallback(
    (): View => ({ ...size, left: box.current?.scrollLeft ?? 0, top: box.current?.scrollTop ?? 0 }),
    [size],
  );

  // biome-ignore lint/correctness/useExhaustiveDependencies: the theme's number stands for its colours.
  const paint = useMemo(() => {
    const scale = window.devicePixelRatio || 1;
    const colours = readTheme();
    return {
      theme: colours,
      sprites: makeSprites(colours, scale),
      scale,
      labels: new LabelCache(),
    };
  }, [theme]);

  const draw = useCallback(() => {
    const view = viewNow();
    const context = canvas.current?.getContext("2d");
    const frame: Frame = { view, layout, hover, focus: focused ? focus : null, ...paint };
    if (context && view.width > 0) drawGrid(context, scene, frame);
    if (cell.current) {
      const { x, y, width, height } = boxOf(focus, view, layout);
      cell.current.style.transform = `translate(${x}px, ${y}px)`;
      cell.current.style.width = `${width}px`;
      cell.current.style.height = `${height}px`;
    }
  }, [viewNow, layout, hover, focused, focus, paint, scene]);

  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    const measure = () => setSize({ width: element.clientWidth, height: element.clientHeight });
    measure();
    if (typeof ResizeObserver === "undefined") return;
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  // The newest runs are at the right: there it starts, and there it stays when a run comes.
  const newest = scene.runs.at(-1)?.dag_run_id;
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new run or a new width moves the end.
  useLayoutEffect(() => {
    if (box.current && atEnd.current) box.current.scrollLeft = box.current.scrollWidth;
  }, [newest, size.width, layout.columns]);

  useLayoutEffect(() => {
    const { width, height } = size;
    if (canvas.current && width > 0) {
      canvas.current.width = Math.round(width * paint.scale);
      canvas.current.height = Math.round(height * paint.scale);
      canvas.current.style.width = `${width}px`;
      canvas.current.style.height = `${height}px`;
    }
  }, [size, paint.scale]);

  useLayoutEffect(draw);
  useEffect(() => () => cancelAnimationFrame(request.current), []);

  const latestDraw = useRef(draw);
  useLayoutEffect(() => {
    latestDraw.current = draw;
  });
  const onScroll = () => {
    const element = box.current;
    if (element) {
      atEnd.current = element.scrollLeft + element.clientWidth >= element.scrollWidth - COLUMN;
    }
    if (request.current) return;
    request.current = requestAnimationFrame(() => {
      request.current = 0;
      latestDraw.current();
    });
  };

  const under = (event: MouseEvent): Place | null => {
    const rect = canvas.current?.getBoundingClientRect();
    if (!rect) return null;
    return placeAt(event.clientX - rect.left, event.clientY - rect.top, viewNow(), layout);
  };
  const act = (target: Place, apart: boolean) => {
    const row = scene.rows[target.row];
    if (target.column < 0 && row && row.open !== null) onFold(target.row);
    else onOpen(target, apart);
  };
  const onClick = (event: MouseEvent) => {
    const target = under(event);
    if (!target) return;
    setPlace(target);
    act(target, event.ctrlKey || event.metaKey || event.button === 1);
  };
  const onMove = (event: MouseEvent) => {
    const target = under(event);
    if (target?.row !== hover?.row || target?.column !== hover?.column) setHover(target);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const page = Math.max(1, Math.floor((size.height - HEAD) / ROW) - 1);
    const next = moved(event.key, event.ctrlKey, focus, layout, page);
    if (next) {
      event.preventDefault();
      const to = scrollTo(next, viewNow(), layout);
      if (box.current) {
        box.current.scrollLeft = to.left;
        box.current.scrollTop = to.top;
      }
      setPlace(next);
    } else if (event.key === "Enter") {
      event.preventDefault();
      act(focus, event.ctrlKey || event.metaKey);
    } else if (event.key === " ") {
      event.preventDefault();
      if (scene.rows[focus.row]?.open != null) onFold(focus.row);
    }
  };

  // Another cell is another element: so a screen reader hears that the focus moved.
  const key = `${focus.row} ${focus.column}`;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key tells that the cell is a new one.
  useLayoutEffect(() => {
    if (focused) cell.current?.focus({ preventScroll: true });
  }, [key]);

  const content = contentSize(layout);
  const cellProps = {
    role: focus.row < 0 ? "columnheader" : focus.column < 0 ? "rowheader" : "gridcell",
    tabIndex: 0,
    "aria-colindex": focus.column + 2,
    "aria-label": placeLabel(focus, scene, t, runName),
    "aria-expanded": focus.column < 0 ? (scene.rows[focus.row]?.open ?? undefined) : undefined,
    className: "absolute top-0 left-0 outline-none",
    onFocus: () => setFocused(true),
    onBlur: () => setFocused(false),
  };
  return (
    <div className="relative">
      {/* biome-ignore lint/a11y/useSemanticElements: a table of 30,000 cells is what this avoids. */}
      <div
        ref={box}
        role="grid"
        aria-label={label}
        aria-rowcount={scene.rows.length + 1}
        aria-colcount={scene.runs.length + 1}
        aria-describedby="grid-help"
        tabIndex={-1}
        className="panel dag-grid relative overflow-auto outline-none"
        style={{ height: Math.min(content.height + 18, room) }}
        onScroll={onScroll}
        onMouseMove={onMove}
        onMouseLeave={() => setHover(null)}
        onClick={onClick}
        onAuxClick={(event) => event.button === 1 && onClick(event)}
        onKeyDown={onKeyDown}
      >
        <div style={{ width: content.width, height: content.height }} role="presentation">
          <div role="presentation" className="sticky top-0 left-0 size-0">
            <div aria-hidden="true" className={hover ? "cursor-pointer" : undefined}>
              <canvas ref={canvas} className="block" />
            </div>
            {/* biome-ignore lint/a11y/useSemanticElements: see above. */}
            {/* biome-ignore lint/a11y/useFocusableInteractive: its cell has the focus. */}
            <div
              role="row"
              aria-rowindex={focus.row + 2}
              className="pointer-events-none absolute top-0 left-0"
            >
              <div key={key} ref={cell} {...cellProps} />
            </div>
          </div>
        </div>
      </div>
      <p id="grid-help" className="sr-only">
        {t("help")}
      </p>
      {hover && (hover.column >= 0 || hover.row >= 0) ? (
        <Tooltip
          scene={scene}
          place={hover}
          box={boxOf(hover, viewNow(), layout)}
          view={size}
          runName={runName}
        />
      ) : null}
    </div>
  );
}
