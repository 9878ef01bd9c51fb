/**
 * What a catalogue is. English is written in `en/NAME.ts` and comes with the page that speaks it;
 * the other languages are one file per NAME with the same keys, which the compiler checks.
 *
 * Placeholders are `{name}`. A message that counts has a form per plural category of its language
 * and takes `{count}`.
 */

export type Message = string | { readonly one: string; readonly other: string };
export type Catalogue = { readonly [key: string]: Message };

/** The same keys in another language, and a plural where English has one. */
export type Translation<English extends Catalogue> = {
  readonly [Key in keyof English]: English[Key] extends string ? string : Exclude<Message, string>;
};

export type Values = Readonly<Record<string, string | number>>;

/** The message with its values in place; a placeholder without a value stays as it is. */
export function fill(message: Message, values: Values, plurals: Intl.PluralRules): string {
  const text = typeof message === "string" ? message : form(message, values, plurals);
  return text.replace(/\{(\w+)\}/g, (hole, name: string) => String(values[name] ?? hole));
}

function form(
  message: Exclude<Message, string>,
  values: Values,
  plurals: Intl.PluralRules,
): string {
  return plurals.select(Number(values.count)) === "one" ? message.one : message.other;
}
