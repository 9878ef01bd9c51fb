import { states as en } from "@/i18n/en/states";
import { useText } from "@/i18n/text";
import { type AnyState, countStates, stateClass, stateLabel } from "@/lib/states";

/** A state as a coloured dot and its word: never the colour alone. */
export function StateBadge({ state, large = false }: { state: AnyState; large?: boolean }) {
  return (
    <span
      className={`inline-flex items-center gap-1.5 whitespace-nowrap ${large ? "text-sm font-semibold" : ""}`}
    >
      <StateDot state={state} />
      {stateLabel(state)}
    </span>
  );
}

export function StateDot({ state }: { state: AnyState }) {
  return (
    <span
      aria-hidden="true"
      className={`state-fill inline-block size-2.5 shrink-0 rounded-full ${stateClass(state)}`}
    />
  );
}

/** "2 Failed · 3 Success". */
export function StateCounts({ states }: { states: readonly AnyState[] }) {
  const t = useText("states", en);
  return (
    <ul className="flex flex-wrap gap-x-3 gap-y-1" aria-label={t("byState")}>
      {countStates(states).map(({ state, count }) => (
        <li key={state ?? "none"} className="inline-flex items-center gap-1.5">
          <StateDot state={state} />
          <span>
            {count} {stateLabel(state)}
          </span>
        </li>
      ))}
    </ul>
  );
}
