import type { dagTime as en } from "@/i18n/en/dagTime";
import type { Text } from "@/i18n/text";
import { type Bucket, STATES } from "@/lib/dag/calendar";
import { stateLabel } from "@/lib/states";

/** "2026-01-31: 1 Failed, 3 Success". */
export function cellWords(date: string, bucket: Bucket | null, t: Text<typeof en>): string {
  const parts = STATES.flatMap((state) => {
    const count = bucket?.states[state] ?? 0;
    return count > 0 ? [`${count} ${stateLabel(state)}`] : [];
  });
  if (bucket && bucket.planned > 0) parts.push(t("planned", { count: bucket.planned }));
  return t("calendarDay", { date, what: parts.join(", ") || t("calendarEmpty") });
}
