import { useId, useMemo, useState } from "react";
import { ApiError } from "@/api/problem";
import { parseConf } from "@/lib/params";
import { type Complaint, check, type Path, type Schema } from "@/lib/schema-check";
import { placeOf, withValue } from "@/lib/schema-form";
import type { FormContext } from "./schema-form";

export interface JsonForm {
  context: FormContext;
  /** The same value as text. Text that is no JSON leaves the value as it was. */
  text: string;
  textError: string | null;
  value: Record<string, unknown>;
  complaints: readonly Complaint[];
  setText: (text: string) => void;
  setValue: (value: object) => void;
  /** True if it may be sent; else it shows why not from now on. */
  tryIt: () => boolean;
}

const write = (value: object) => JSON.stringify(value, null, 2);

/** A value that is edited as fields and as JSON at once; each follows the other. */
export function useJsonForm(
  schema: Schema,
  initial: object,
  error: unknown,
  onEdit?: () => void,
): JsonForm {
  const id = useId();
  const [value, keep] = useState<Record<string, unknown>>({ ...initial });
  const [text, setTyped] = useState(() => write(initial));
  const [isTried, setTried] = useState(false);
  const [seen, setSeen] = useState<unknown>(null);
  const parsed = parseConf(text);
  const complaints = useMemo(() => check(schema, value), [schema, value]);
  // What the server refused holds until the next change.
  const refused = error instanceof ApiError && error !== seen ? error : null;
  const refusal = refused?.reasons.map(placeOf).find((place) => place !== null) ?? null;
  const edited = () => {
    setSeen(error);
    onEdit?.();
  };
  const setValue = (next: object) => {
    edited();
    keep({ ...next });
    setTyped(write(next));
  };
  return {
    context: {
      id,
      value,
      complaints,
      refusal,
      isTried,
      onChange: (path: Path, next: unknown) =>
        setValue(withValue(value, path, next) as Record<string, unknown>),
    },
    text,
    textError: "error" in parsed ? parsed.error : null,
    value,
    complaints,
    setText(next) {
      edited();
      setTyped(next);
      const read = parseConf(next);
      if ("conf" in read) keep(read.conf);
    },
    setValue,
    tryIt() {
      setTried(true);
      return complaints.length === 0 && !("error" in parsed);
    },
  };
}
