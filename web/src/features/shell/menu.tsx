import { useLocation } from "@tanstack/react-router";
import { type ReactNode, useEffect, useId, useRef, useState } from "react";

/** A button that shows a panel beneath it, until one goes elsewhere. */
export function Menu({
  text,
  label,
  align = "left",
  current = false,
  children,
}: {
  text: ReactNode;
  label: string;
  align?: "left" | "right";
  current?: boolean;
  children: ReactNode;
}) {
  const [open, setOpen] = useState(false);
  const id = useId();
  const ref = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const { pathname } = useLocation();
  // biome-ignore lint/correctness/useExhaustiveDependencies: it closes whenever the page changes.
  useEffect(() => setOpen(false), [pathname]);
  useEffect(() => {
    if (!open) return;
    const outside = (event: Event) => {
      if (event.target instanceof Node && !ref.current?.contains(event.target)) setOpen(false);
    };
    document.addEventListener("pointerdown", outside);
    document.addEventListener("focusin", outside);
    return () => {
      document.removeEventListener("pointerdown", outside);
      document.removeEventListener("focusin", outside);
    };
  }, [open]);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Escape closes it from wherever one is in it.
    <div
      ref={ref}
      className="relative"
      onKeyDown={(event) => {
        if (event.key !== "Escape" || !open) return;
        setOpen(false);
        button.current?.focus();
      }}
    >
      <button
        ref={button}
        type="button"
        className={`nav-tab ${current ? "font-semibold" : ""}`}
        aria-expanded={open}
        aria-controls={id}
        aria-label={label}
        title={label}
        onClick={() => setOpen(!open)}
      >
        {text} <span aria-hidden="true">▾</span>
      </button>
      <div
        id={id}
        hidden={!open}
        className={`absolute z-20 mt-1 min-w-44 rounded-md border border-line bg-panel p-1.5 shadow-lg max-sm:fixed max-sm:inset-x-3 ${align === "right" ? "right-0" : "left-0"}`}
      >
        {children}
      </div>
    </div>
  );
}
