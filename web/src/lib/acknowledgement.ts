/** How a run is acknowledged. Pure. */

const ACKNOWLEDGED = /^Acknowledged by (.+) at (\S+)(?:\n|$)/;

export interface Acknowledgement {
  by: string;
  at: string;
}

/** A run is acknowledged by the first line of its note, which everybody sees. */
export function acknowledgedNote(note: string | null, by: string, at: Date): string {
  const rest = (note ?? "").replace(ACKNOWLEDGED, "");
  const head = `Acknowledged by ${by} at ${at.toISOString().replace(/\.\d+/, "")}`;
  // A note may have 1000 characters.
  return (rest ? `${head}\n${rest}` : head).slice(0, 1000);
}

export function acknowledgement(note: string | null): Acknowledgement | null {
  const found = ACKNOWLEDGED.exec(note ?? "");
  return found?.[1] && found[2] ? { by: found[1], at: found[2] } : null;
}

interface Ended {
  note: string | null;
  end_date: string | null;
}

/** Whole seconds, as the note has them. */
const secondOf = (iso: string) => Math.floor(Date.parse(iso) / 1000);

/** Who has taken care of this end of the run; `isOld`: of an earlier one, which counts no more. */
export function takenBy({ note, end_date }: Ended): (Acknowledgement & { isOld: boolean }) | null {
  const found = acknowledgement(note);
  return found && { ...found, isOld: !!end_date && secondOf(found.at) < secondOf(end_date) };
}

/** Not before the end that it is about, even if this machine's clock is slow. */
export function acknowledgedAt({ end_date }: Ended, now: number): Date {
  return new Date(Math.max(now, end_date ? Date.parse(end_date) : 0));
}

/** The note without its first line if that says who acknowledged the run. */
export function noteText(note: string | null): string {
  return (note ?? "").replace(ACKNOWLEDGED, "");
}
