import { type ReactNode, useId } from "react";

/** A part of the home page: its name, what one can choose, and what is in it. */
export function Section({
  title,
  count,
  tools,
  children,
}: {
  title: string;
  count?: number | undefined;
  tools?: ReactNode;
  children: ReactNode;
}) {
  const id = useId();
  return (
    <section aria-labelledby={id} className="panel min-w-0">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1 border-b border-line px-3 py-1.5">
        <h2 id={id} className="font-semibold">
          {title}
          {count === undefined ? null : <span className="ml-1.5 text-muted">{count}</span>}
        </h2>
        {tools}
      </div>
      {children}
    </section>
  );
}

/** A few choices side by side of which one counts. */
export function Choices<T extends string>({
  label,
  value,
  options,
  onChange,
}: {
  label: string;
  value: T;
  options: readonly (readonly [T, string])[];
  onChange: (value: T) => void;
}) {
  return (
    <fieldset className="flex rounded border border-line">
      <legend className="sr-only">{label}</legend>
      {options.map(([name, text]) => (
        <button
          key={name}
          type="button"
          aria-pressed={name === value}
          className="rounded px-2 py-0.5 text-muted hover:text-ink aria-pressed:bg-raised aria-pressed:text-ink"
          onClick={() => onChange(name)}
        >
          {text}
        </button>
      ))}
    </fieldset>
  );
}
