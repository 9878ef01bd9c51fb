import { useEffect, useLayoutEffect, useRef } from "react";

/**
 * Shows the dialog of the ref as a modal as long as it is there. The browser gives the focus back
 * when it closes, but only to a dialog that is still in the document: hence before it is taken out.
 */
export function useModal(onClose: () => void) {
  const ref = useRef<HTMLDialogElement>(null);
  const closed = useRef(onClose);
  useEffect(() => {
    closed.current = onClose;
  });
  useLayoutEffect(() => {
    const dialog = ref.current;
    if (!dialog) return;
    const onEnd = () => closed.current();
    dialog.showModal();
    dialog.addEventListener("close", onEnd);
    return () => {
      // Whoever takes it away knows that it is closed, and may have opened another one.
      dialog.removeEventListener("close", onEnd);
      dialog.close();
    };
  }, []);
  return ref;
}
