import { useEffect, useRef, useState } from "react";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import type { Timed } from "@/lib/dag/durations";
import { letterOf } from "@/lib/dag/letters";
import { formatDuration } from "@/lib/format";
import { readTheme, useThemeVersion } from "../canvas-theme";

const HEIGHT = 190;

/** A bar per run, coloured by its state, with the median as a line. A click opens the instance. */
export function DurationChart({
  label,
  items,
  median,
  onOpen,
}: {
  label: string;
  items: readonly Timed[];
  median: number;
  onOpen: (index: number) => void;
}) {
  const place = useRef<HTMLDivElement>(null);
  const theme = useThemeVersion();
  const open = useRef(onOpen);
  useEffect(() => {
    open.current = onOpen;
  });
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const element = place.current;
    if (!element || typeof ResizeObserver === "undefined") return;
    const observer = new ResizeObserver(() => setWidth(element.clientWidth));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the theme's number stands for its colours.
  useEffect(() => {
    const element = place.current;
    if (!element || width === 0) return;
    const colours = readTheme();
    const at = items.map((_, index) => index);
    const seconds = items.map((item) => item.duration ?? null);
    const fills = items.map(
      (item) => colours.states[letterOf(item.state ?? null)] ?? colours.muted,
    );
    const chart = new uPlot(
      {
        width,
        height: HEIGHT,
        legend: { show: false },
        cursor: { y: false, points: { show: false }, drag: { x: false, y: false } },
        scales: {
          x: { time: false, range: [-0.7, Math.max(items.length, 12) - 0.3] },
          y: { range: (_, __, most) => [0, (most || 1) * 1.08] },
        },
        axes: [
          { show: false },
          {
            stroke: colours.muted,
            grid: { stroke: colours.line, width: 1 },
            ticks: { show: false },
            size: 64,
            font: `11px ${colours.font}`,
            values: (_, values) => values.map((value) => formatDuration(value)),
          },
        ],
        series: [
          {},
          {
            paths: uPlot.paths.bars?.({
              size: [0.8, 26, 2],
              disp: {
                fill: { unit: 3, values: () => fills },
                stroke: { unit: 3, values: () => fills },
              },
            }),
            points: { show: false },
          },
          { stroke: colours.ink, width: 1, dash: [4, 4], points: { show: false } },
        ],
      },
      [at, seconds, at.map(() => median)],
      element,
    );
    const clicked = () => {
      const index = chart.cursor.idx;
      if (typeof index === "number") open.current(index);
    };
    chart.over.addEventListener("click", clicked);
    return () => {
      chart.over.removeEventListener("click", clicked);
      chart.destroy();
    };
  }, [items, median, width, theme]);

  return <div ref={place} role="img" aria-label={label} className="my-2 min-h-48 cursor-pointer" />;
}
