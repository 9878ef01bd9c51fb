import { useEffect, useRef, useState } from "react";
import { useZone } from "@/lib/clock";
import { instantAt, wallOf, zoneName } from "@/lib/wall-time";

/**
 * A day and a time in the zone that the page shows; the value is an instant of UTC, "2026-01-31T05:30:00",
 * so that a link means the same to everybody. What is half typed stays in the field.
 */
export function InstantField({
  value,
  label,
  onChange,
}: {
  value: string | undefined;
  label: (zone: string) => string;
  onChange: (value: string | undefined) => void;
}) {
  const [zone] = useZone();
  const shown = wallOf(value && `${value}Z`, zone);
  const [typed, setTyped] = useState(shown);
  const said = useRef(shown);
  useEffect(() => {
    if (shown === said.current) return;
    said.current = shown;
    setTyped(shown);
  }, [shown]);
  return (
    <label className="flex flex-col text-xs text-muted">
      {label(zoneName(zone))}
      <input
        type="datetime-local"
        className="field text-ink"
        value={typed}
        onChange={({ target }) => {
          setTyped(target.value);
          const instant = instantAt(target.value, zone);
          if (!instant && target.value) return;
          said.current = wallOf(instant ?? undefined, zone);
          onChange(instant?.slice(0, 19));
        }}
      />
    </label>
  );
}
