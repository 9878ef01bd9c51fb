import type { CSSProperties } from "react";
import { type Bucket, faceOf } from "@/lib/dag/calendar";
import { stateClass } from "@/lib/states";

/** How a day or an hour looks: its state's colour, by how much of it, and a sign for a failure. */
export function faceStyle(
  bucket: Bucket | null,
  fullest: number,
): { className: string; style: CSSProperties } {
  const { state, weight } = faceOf(bucket, fullest);
  if (state === "planned") return { className: "cal-planned", style: {} };
  if (state === null) return { className: "", style: {} };
  return {
    className: `${stateClass(state)} ${state === "failed" ? "cal-failed" : ""} ${state === "running" || state === "queued" ? "cal-active" : ""}`,
    style: { "--weight": `${Math.round(35 + weight * 65)}%` } as CSSProperties,
  };
}
