import { StateMark } from "@/features/dag/state-mark";
import { dagGrid as en } from "@/i18n/en/dagGrid";
import { useText } from "@/i18n/text";
import { stateOf } from "@/lib/dag/letters";
import { stateLabel } from "@/lib/states";

const ORDER = "sfuyrqcnkdext";

export function Legend() {
  const t = useText("dagGrid", en);
  return (
    <ul aria-label={t("legend")} className="flex flex-wrap gap-x-3 gap-y-1 px-1 py-2 text-muted">
      {[...ORDER].map((letter) => (
        <li key={letter} className="inline-flex items-center gap-1">
          <StateMark letter={letter} className="size-3.5" />
          {stateLabel(stateOf(letter))}
        </li>
      ))}
    </ul>
  );
}
