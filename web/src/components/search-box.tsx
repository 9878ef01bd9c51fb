import { useEffect, useRef, useState } from "react";
import { useShortcuts } from "@/lib/use-shortcuts";

const TYPING_MS = 200;

/** Types at the speed of the hand, asks at the speed of the server; "/" goes to it. */
export function SearchBox({
  value,
  label,
  hint,
  group,
  onChange,
}: {
  value: string;
  label: string;
  hint: string;
  /** Of the overview of shortcuts. */
  group: string;
  onChange: (value: string) => void;
}) {
  const [text, setText] = useState(value);
  const input = useRef<HTMLInputElement>(null);
  const send = useRef(onChange);
  useEffect(() => {
    send.current = onChange;
  });
  const sent = useRef(value);

  useEffect(() => {
    if (value !== sent.current) {
      sent.current = value;
      setText(value);
    }
  }, [value]);

  useEffect(() => {
    if (text === sent.current) return;
    const timer = setTimeout(() => {
      sent.current = text;
      send.current(text);
    }, TYPING_MS);
    return () => clearTimeout(timer);
  }, [text]);

  useShortcuts([{ keys: "/", label, group, run: () => input.current?.focus() }]);

  return (
    <input
      ref={input}
      type="search"
      className="field w-56 max-w-full max-sm:min-w-0 max-sm:flex-1"
      aria-label={label}
      placeholder={hint}
      maxLength={250}
      value={text}
      onChange={(event) => setText(event.target.value)}
      onKeyDown={(event) => {
        // Back to the page's keys; a second Escape would only empty it.
        if (event.key === "Escape" && text === "") event.currentTarget.blur();
      }}
    />
  );
}
