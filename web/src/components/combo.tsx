import { useEffect, useId, useState } from "react";

/** A text that is mostly one of a list; it counts when it is chosen, or on Enter, or on leaving. */
export function Combo({
  label,
  value,
  options,
  onChange,
}: {
  label: string;
  value: string;
  options: readonly string[];
  onChange: (value: string) => void;
}) {
  const id = useId();
  const [text, setText] = useState(value);
  useEffect(() => setText(value), [value]);
  const commit = (next: string) => {
    if (next !== value) onChange(next);
  };
  return (
    <>
      <input
        className="field w-28"
        aria-label={label}
        placeholder={label}
        list={id}
        maxLength={250}
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          if (event.target.value === "" || options.includes(event.target.value)) {
            commit(event.target.value);
          }
        }}
        onKeyDown={(event) => {
          if (event.key === "Enter") commit(text.trim());
        }}
        onBlur={() => commit(text.trim())}
      />
      <datalist id={id}>
        {options.map((option) => (
          <option key={option} value={option} />
        ))}
      </datalist>
    </>
  );
}
