import type { ReactNode } from "react";

/** A box that scrolls, and that is reached by Tab, so that who has no pointer scrolls it as well. */
export function Scroller({
  label,
  className,
  children,
}: {
  /** What it holds. With it the box is a landmark that screen readers name. */
  label?: string;
  /** Its size and which ways it scrolls. */
  className: string;
  children: ReactNode;
}) {
  const Box = label === undefined ? "div" : "section";
  return (
    <Box aria-label={label} tabIndex={0} className={className}>
      {children}
    </Box>
  );
}
