import { useCallback, useSyncExternalStore } from "react";

/** Does the media query hold? False where there are no media, as in tests. */
export function useMedia(text: string): boolean {
  const subscribe = useCallback(
    (listener: () => void) => {
      const media = globalThis.matchMedia?.(text);
      media?.addEventListener("change", listener);
      return () => media?.removeEventListener("change", listener);
    },
    [text],
  );
  return useSyncExternalStore(subscribe, () => globalThis.matchMedia?.(text).matches ?? false);
}
