import { useEffect, useState } from "react";
import { CopyCurl } from "@/components/copy-curl";
import { controls as en } from "@/i18n/en/controls";
import { useText } from "@/i18n/text";
import { notice } from "@/lib/notice";
import { useStore } from "@/lib/store";

const SHOWN_MS = 8000;

/** Stands in a corner and goes by itself, unless one is about to use it. */
export function NoticeCorner() {
  const t = useText("controls", en);
  const shown = useStore(notice);
  const [held, setHeld] = useState(false);
  useEffect(() => {
    if (!shown || held) return;
    const timer = setTimeout(() => notice.set(null), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [shown, held]);
  return (
    <div role="status" className="fixed right-3 bottom-3 z-20 max-w-[calc(100vw-1.5rem)]">
      {shown ? (
        // biome-ignore lint/a11y/noStaticElementInteractions: it only stops the clock.
        <div
          className="panel flex flex-wrap items-center gap-2 p-2 shadow-lg"
          onMouseEnter={() => setHeld(true)}
          onMouseLeave={() => setHeld(false)}
          onFocus={() => setHeld(true)}
          onBlur={() => setHeld(false)}
        >
          <span className="min-w-0 break-words">{shown.text}</span>
          {shown.undo ? (
            <button
              type="button"
              className="button"
              onClick={() => {
                notice.set(null);
                shown.undo?.();
              }}
            >
              {t("undo")}
            </button>
          ) : null}
          {shown.call ? <CopyCurl call={shown.call} /> : null}
          <button
            type="button"
            className="button"
            aria-label={t("dismiss")}
            onClick={() => notice.set(null)}
          >
            ×
          </button>
        </div>
      ) : null}
    </div>
  );
}
