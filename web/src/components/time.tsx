import { useNow, useZone } from "@/lib/clock";
import { elapsed, formatDuration, formatInstant, formatRelative } from "@/lib/format";

/** An instant in the chosen zone, the distance from now in its title. */
export function Instant({
  at,
  relative = false,
}: {
  at: string | null | undefined;
  relative?: boolean;
}) {
  const [zone] = useZone();
  const now = useNow();
  if (!at) return <span className="text-muted">–</span>;
  const absolute = formatInstant(at, zone) || at;
  const distance = formatRelative(at, now);
  return (
    <time dateTime={at} title={relative ? absolute : distance} className="whitespace-nowrap">
      {(relative && distance) || absolute}
    </time>
  );
}

/** How long something took, or has been going. */
export function Elapsed({
  item,
}: {
  item: { start_date?: string | null; end_date?: string | null; duration?: number | null };
}) {
  const now = useNow();
  const text = formatDuration(elapsed(item, now));
  return text ? (
    <span className="whitespace-nowrap">{text}</span>
  ) : (
    <span className="text-muted">–</span>
  );
}
