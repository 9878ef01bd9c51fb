import type { UseQueryResult } from "@tanstack/react-query";
import { useId } from "react";
import type { Explanation } from "@/api/types";
import { Instant } from "@/components/time";
import { trigger as en } from "@/i18n/en/trigger";
import { useText } from "@/i18n/text";
import { type Starts, startsOf } from "@/lib/unpausing";

/** Dates named beside the box; the rest is a number. */
const NAMED = 3;

/** Whether a paused DAG is unpaused with the trigger, and what that starts beside the run. */
export function UnpauseBox({
  dagId,
  why,
  checked,
  onChange,
}: {
  dagId: string;
  why: UseQueryResult<Explanation>;
  checked: boolean;
  onChange: (checked: boolean) => void;
}) {
  const t = useText("trigger", en);
  const id = useId();
  return (
    <div>
      <label className="flex items-center gap-2">
        <input
          type="checkbox"
          className="size-4 shrink-0"
          checked={checked}
          aria-describedby={id}
          onChange={(event) => onChange(event.target.checked)}
        />
        {t("unpause", { dag: dagId })}
      </label>
      <p id={id} className="pl-6 text-muted">
        {why.data ? (
          <More starts={startsOf(why.data)} />
        ) : (
          t(why.isError ? "unpauseUnknown" : "unpauseLooking")
        )}
      </p>
    </div>
  );
}

function More({ starts }: { starts: Starts }) {
  const t = useText("trigger", en);
  if (starts.runs === 0) return null;
  const named = starts.first.slice(0, NAMED);
  const rest = starts.runs - named.length;
  return (
    <>
      <strong className={starts.runs > 1 ? "text-ink" : ""}>
        {t(starts.isExact ? "unpauseMore" : "unpauseMoreAtLeast", { count: starts.runs })}
      </strong>
      {named.map((date, index) => (
        <span key={date}>
          {index === 0 ? " " : ", "}
          <Instant at={date} />
        </span>
      ))}
      {named.length > 0 && rest > 0 ? ` ${t("unpauseRest", { count: rest })}` : null}
    </>
  );
}
