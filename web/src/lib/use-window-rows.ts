import { type RefObject, useCallback, useEffect, useLayoutEffect, useState } from "react";
import { type Range, rowsInSight, scrollFor } from "./window-rows";

/** After so long without a scroll the list stands still. */
const STILL_MS = 120;

/** The rows of a table body that are to be drawn while the page is scrolled. */
export function useWindowRows(
  body: RefObject<HTMLElement | null>,
  rowHeight: number,
  count: number,
) {
  const [range, setRange] = useState<Range>(() =>
    rowsInSight(0, window.innerHeight, rowHeight, count),
  );
  const [still, setStill] = useState(true);

  const look = useCallback(() => {
    const offset = -(body.current?.getBoundingClientRect().top ?? 0);
    const next = rowsInSight(offset, window.innerHeight, rowHeight, count);
    setRange((old) => (old.from === next.from && old.to === next.to ? old : next));
  }, [body, rowHeight, count]);

  useLayoutEffect(look, [look]);
  useEffect(() => {
    let frame = 0;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const onScroll = () => {
      setStill(false);
      clearTimeout(timer);
      timer = setTimeout(() => setStill(true), STILL_MS);
      cancelAnimationFrame(frame);
      frame = requestAnimationFrame(look);
    };
    window.addEventListener("scroll", onScroll, { passive: true });
    window.addEventListener("resize", look);
    return () => {
      cancelAnimationFrame(frame);
      clearTimeout(timer);
      window.removeEventListener("scroll", onScroll);
      window.removeEventListener("resize", look);
    };
  }, [look]);

  /** Scrolls to the row if it is out of sight; `covered` pixels are under what sticks on top. */
  const show = (row: number, covered: number) => {
    const offset = -(body.current?.getBoundingClientRect().top ?? 0);
    const by = scrollFor(row, rowHeight, offset, window.innerHeight, covered);
    if (by !== null) window.scrollBy(0, by);
  };
  return { range, still, show };
}
