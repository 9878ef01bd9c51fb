import type { ReactNode } from "react";
import { form as en } from "@/i18n/en/form";
import { useText } from "@/i18n/text";
import type { Path, Schema } from "@/lib/schema-check";
import { type Field, fieldOf, initialOf } from "@/lib/schema-form";
import {
  BooleanInput,
  ChoiceInput,
  ChoicesInput,
  DateTimeInput,
  isTickBox,
  JsonInput,
  NumberInput,
  TextInput,
} from "./inputs";
import { currentOf, type FormContext, fieldId, useWrong } from "./schema-form";

export interface InputProps {
  id: string;
  field: Field;
  value: unknown;
  isWrong: boolean;
  describedBy: string;
  onChange: (value: unknown) => void;
}

/** One place of the value: its name, its input, what is wrong with it. */
export function FieldInput({
  schema,
  path,
  name,
  isRequired,
  context,
  onRemove,
}: {
  schema: Schema;
  path: Path;
  name: string;
  isRequired: boolean;
  context: FormContext;
  onRemove?: () => void;
}) {
  const t = useText("form", en);
  const value = currentOf(context, path);
  const field = fieldOf(schema, value);
  const id = fieldId(context.id, path);
  const wrong = useWrong(context, path);
  const set = (next: unknown) => context.onChange(path, next);
  const describedBy = `${id}-help ${id}-wrong`;
  const isGroup = field.kind === "object" || field.kind === "list" || field.kind === "choices";
  const isNull = field.nullable && value === null;
  const title = field.title && field.title !== name ? field.title : name;
  const label = (
    <>
      {title}
      {title === name ? null : (
        <code className="ml-1.5 font-mono font-normal text-muted">{name}</code>
      )}
      {isRequired ? (
        <span aria-hidden="true" className="text-bad">
          {" "}
          *
        </span>
      ) : null}
    </>
  );
  const props: InputProps = {
    id,
    field,
    value,
    isWrong: wrong.length > 0,
    describedBy,
    onChange: set,
  };
  const body = isNull ? null : isGroup ? (
    <GroupInput {...props} path={path} context={context} />
  ) : (
    <PlainInput {...props} isRequired={isRequired} />
  );
  const rest = (
    <>
      {field.nullable ? (
        <label className="flex items-center gap-1.5 text-muted">
          <input
            type="checkbox"
            checked={isNull}
            onChange={(event) => set(event.target.checked ? null : initialOf(field.schema))}
          />
          {t("none")}
        </label>
      ) : null}
      {field.description ? (
        <p id={`${id}-help`} className="break-words whitespace-pre-wrap text-muted">
          {field.description}
        </p>
      ) : null}
      <p id={`${id}-wrong`} className="break-words whitespace-pre-wrap text-bad">
        {wrong.join(" ")}
      </p>
    </>
  );
  if (isGroup)
    return (
      <fieldset className="flex min-w-0 flex-col gap-1 border-l-2 border-line pl-3">
        <legend className="font-semibold">{label}</legend>
        {body}
        {rest}
        {onRemove ? <Remove name={name} onClick={onRemove} /> : null}
      </fieldset>
    );
  const isBox = field.kind === "boolean" && !isNull && isTickBox(value, isRequired);
  return (
    <div className="flex min-w-0 flex-col gap-1">
      <div className="flex items-center gap-2">
        {isBox ? body : null}
        <label htmlFor={id} className="font-semibold break-words">
          {label}
        </label>
        {onRemove ? <Remove name={name} onClick={onRemove} /> : null}
      </div>
      {isBox ? null : body}
      {rest}
    </div>
  );
}

function Remove({ name, onClick }: { name: string; onClick: () => void }) {
  return (
    <button type="button" className="button self-start" aria-label={`× ${name}`} onClick={onClick}>
      ×
    </button>
  );
}

function PlainInput({ isRequired, ...props }: InputProps & { isRequired: boolean }): ReactNode {
  switch (props.field.kind) {
    case "integer":
    case "number":
      return <NumberInput {...props} />;
    case "boolean":
      return <BooleanInput {...props} isRequired={isRequired} />;
    case "choice":
      return <ChoiceInput {...props} />;
    case "date-time":
      return <DateTimeInput {...props} />;
    case "const":
      return (
        <output id={props.id} className="font-mono">
          {JSON.stringify(props.field.schema.const)}
        </output>
      );
    case "json":
      return <JsonInput {...props} />;
    default:
      return <TextInput {...props} />;
  }
}

function GroupInput(props: InputProps & { path: Path; context: FormContext }) {
  const t = useText("form", en);
  const { field, value, path, context, onChange } = props;
  if (field.kind === "choices") return <ChoicesInput {...props} />;
  if (field.kind === "object")
    return field.properties.map(({ name, schema, required }) => (
      <FieldInput
        key={name}
        schema={schema}
        path={[...path, name]}
        name={name}
        isRequired={required}
        context={context}
      />
    ));
  const items = Array.isArray(value) ? value : [];
  return (
    <>
      {items.map((_, index) => (
        <FieldInput
          // biome-ignore lint/suspicious/noArrayIndexKey: an item has no name but its place.
          key={index}
          schema={field.items}
          path={[...path, index]}
          name={t("item", { number: index + 1 })}
          isRequired={false}
          context={context}
          onRemove={() => onChange(items.filter((__, at) => at !== index))}
        />
      ))}
      <button
        type="button"
        className="button self-start"
        onClick={() => onChange([...items, initialOf(field.items)])}
      >
        {t("add")}
      </button>
    </>
  );
}
