import { useState } from "react";

export type Copied = "" | "copied" | "failed";

/** Puts a text into the clipboard. Without https there is none, but on loopback: "failed". */
export function useCopy(text: string): [state: Copied, copy: () => void] {
  const [state, setState] = useState<Copied>("");
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      setState("copied");
    } catch {
      setState("failed");
    }
  };
  return [state, () => void copy()];
}
