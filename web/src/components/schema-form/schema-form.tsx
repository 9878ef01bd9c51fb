import { form as en } from "@/i18n/en/form";
import { useText } from "@/i18n/text";
import { type Complaint, equal, type Path, type Schema } from "@/lib/schema-check";
import { fieldOf, valueAt } from "@/lib/schema-form";
import { FieldInput } from "./field";

/** What every input of a form knows of it. */
export interface FormContext {
  id: string;
  value: unknown;
  complaints: readonly Complaint[];
  /** What the server said, at the place that it is about. */
  refusal: { path: Path; message: string } | null;
  /** Before one has tried to send it, nobody is blamed for what is not filled in yet. */
  isTried: boolean;
  onChange: (path: Path, value: unknown) => void;
}

export const fieldId = (form: string, path: Path) => `${form}-${path.join("-")}`;

/** The fields of an object's schema. It draws; schema-form.ts and schema-check.ts decide. */
export function SchemaForm({ schema, context }: { schema: Schema; context: FormContext }) {
  const { properties } = fieldOf(schema);
  return (
    <div className="flex flex-col gap-3">
      {properties.map(({ name, schema: own, required }) => (
        <FieldInput
          key={name}
          schema={own}
          path={[name]}
          name={name}
          isRequired={required}
          context={context}
        />
      ))}
    </div>
  );
}

/** What is wrong at exactly this place, in words. */
export function useWrong(context: FormContext, path: Path): string[] {
  const t = useText("form", en);
  const { refusal, isTried, complaints } = context;
  const said = complaints
    .filter((one) => equal(one.path, path) && (isTried || one.key !== "required"))
    .map((one) => t(one.key, one.values));
  return refusal && equal(refusal.path, path) ? [...said, refusal.message] : said;
}

export function currentOf(context: FormContext, path: Path): unknown {
  return valueAt(context.value, path);
}
