import { StateMark } from "@/features/dag/state-mark";
import { dagGrid as en } from "@/i18n/en/dagGrid";
import { useText } from "@/i18n/text";
import type { Place } from "@/lib/dag/grid-geometry";
import { cellOf, countsOf } from "@/lib/dag/grid-model";
import { letterOf, NOTHING, stateOf } from "@/lib/dag/letters";
import { formatDuration } from "@/lib/format";
import { stateLabel } from "@/lib/states";
import type { Scene } from "./draw";
import { RUN_TYPE_KEYS } from "./run-types";
import { nameOf } from "./words";

const WIDTH = 260;

/** What is under the pointer. The keyboard's cell says the same to a screen reader. */
export function Tooltip({
  scene,
  place,
  box,
  view,
  runName,
}: {
  scene: Scene;
  place: Place;
  box: { x: number; y: number; width: number; height: number };
  view: { width: number; height: number };
  runName: (column: number) => string;
}) {
  const t = useText("dagGrid", en);
  const row = scene.rows[place.row];
  const run = scene.runs[place.column];
  if (!run && !row) return null;
  const right = box.x + box.width + 8 + WIDTH > view.width;
  const low = box.y > view.height - 110;
  const cell = row && run ? cellOf(row, run) : null;
  const letter = cell ? cell.letter : run ? letterOf(run.state) : null;
  return (
    <div
      aria-hidden="true"
      className="panel pointer-events-none absolute z-10 flex w-max flex-col gap-0.5 px-2.5 py-1.5 shadow-lg"
      style={{
        maxWidth: WIDTH,
        left:
          place.column < 0 ? box.width + 8 : right ? Math.max(4, box.x - 8) : box.x + box.width + 8,
        top: low ? box.y : box.y + box.height + 4,
        transform: `translate(${right && place.column >= 0 ? "-100%" : "0"}, ${low ? "-100%" : "0"})`,
      }}
    >
      {row ? <strong className="break-all">{nameOf(row)}</strong> : null}
      {row && !row.current ? <span className="text-muted">{t("removed")}</span> : null}
      {letter && letter !== NOTHING ? (
        <span className="flex items-center gap-1.5">
          <StateMark letter={letter} />
          {stateLabel(stateOf(letter))}
          {cell?.count && row?.letter ? ` × ${cell.count}` : ""}
        </span>
      ) : letter === NOTHING ? (
        <span className="text-muted">{t("nothing")}</span>
      ) : null}
      {row && run && row.letter === null
        ? countsOf(row, run).map(({ letter: of, count }) => (
            <span key={of} className="flex items-center gap-1.5 pl-3 text-muted">
              <StateMark letter={of} className="size-3" />
              {count} {stateLabel(stateOf(of))}
            </span>
          ))
        : null}
      {run ? (
        <>
          <span>{runName(place.column)}</span>
          <span className="text-muted">
            {t(RUN_TYPE_KEYS[run.run_type])}
            {row ? "" : ` · ${formatDuration(scene.seconds[place.column]) || "–"}`} · v
            {run.version_number}
          </span>
        </>
      ) : null}
    </div>
  );
}
