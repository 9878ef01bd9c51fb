import { type ReactNode, useEffect, useId, useRef } from "react";

/** A modal of the browser's own: it traps the focus, closes on Escape and gives the focus back. */
export function Dialog({
  title,
  onClose,
  children,
}: {
  title: string;
  onClose: () => void;
  children: ReactNode;
}) {
  const ref = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  useEffect(() => {
    const dialog = ref.current;
    dialog?.showModal();
    return () => dialog?.close();
  }, []);
  return (
    <dialog
      ref={ref}
      aria-labelledby={titleId}
      onClose={onClose}
      className="panel fixed m-auto w-[min(36rem,95vw)] p-4 text-left whitespace-normal text-ink"
    >
      <h2 id={titleId} className="mb-3 text-base font-semibold break-words">
        {title}
      </h2>
      {children}
    </dialog>
  );
}
