import { type RefObject, useLayoutEffect, useState } from "react";

/** The height that is left in the window below where an element begins, less what stands under it. */
export function useRoomBelow(ref: RefObject<HTMLElement | null>, under: number, least: number) {
  const [room, setRoom] = useState(least);
  useLayoutEffect(() => {
    const measure = () => {
      const top = (ref.current?.getBoundingClientRect().top ?? 0) + window.scrollY;
      setRoom(Math.max(least, Math.floor(window.innerHeight - top - under)));
    };
    measure();
    window.addEventListener("resize", measure);
    // The header above grows when its answers come.
    const observer = typeof ResizeObserver === "undefined" ? null : new ResizeObserver(measure);
    observer?.observe(document.body);
    return () => {
      window.removeEventListener("resize", measure);
      observer?.disconnect();
    };
  }, [ref, under, least]);
  return room;
}
