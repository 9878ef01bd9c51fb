import { stateOf } from "@/lib/dag/letters";
import { markPath } from "@/lib/dag/marks";
import { stateClass } from "@/lib/states";

/** A state as its colour with its sign in it, as the grid draws it. The word stands beside it. */
export function StateMark({
  letter,
  className = "size-4",
}: {
  letter: string;
  className?: string;
}) {
  const { lines, areas } = markPath(letter);
  return (
    <svg
      viewBox="0 0 16 16"
      aria-hidden="true"
      className={`state-mark inline-block shrink-0 rounded-[3px] ${stateClass(stateOf(letter))} ${className}`}
    >
      {lines ? <path d={lines} className="state-mark-line" /> : null}
      {areas ? <path d={areas} className="state-mark-area" /> : null}
    </svg>
  );
}
