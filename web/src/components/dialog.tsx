import { type ReactNode, useId } from "react";
import { useModal } from "./use-modal";

/** A modal of the browser's own: it traps the focus, closes on Escape and gives the focus back. */
export function Dialog({
  title,
  onClose,
  wide = false,
  children,
}: {
  title: string;
  onClose: () => void;
  /** For two columns, or a table. */
  wide?: boolean;
  children: ReactNode;
}) {
  const ref = useModal(onClose);
  const titleId = useId();
  return (
    <dialog
      ref={ref}
      aria-labelledby={titleId}
      className={`panel fixed m-auto max-h-[94vh] overflow-y-auto p-4 text-left whitespace-normal text-ink ${
        wide ? "w-[min(64rem,96vw)]" : "w-[min(36rem,95vw)]"
      }`}
    >
      <h2 id={titleId} className="mb-3 text-base font-semibold break-words">
        {title}
      </h2>
      {children}
    </dialog>
  );
}
