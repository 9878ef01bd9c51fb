/** What a line typed into the palette means: pure. */

/** "trig orders" is the verb "trigger" and the name "orders"; without a verb all is the name. */
export function splitVerb<Verb extends string>(
  text: string,
  verbs: readonly (readonly [verb: Verb, word: string])[],
): { verb: Verb | null; name: string } {
  const trimmed = text.trim();
  const space = trimmed.indexOf(" ");
  const first = (space < 0 ? trimmed : trimmed.slice(0, space)).toLowerCase();
  // Two letters of a verb and a space are enough; "t" alone may be a name.
  const found =
    space > 1 ? verbs.find(([, word]) => word.toLowerCase().startsWith(first)) : undefined;
  return found
    ? { verb: found[0], name: trimmed.slice(space + 1).trim() }
    : { verb: null, name: trimmed };
}

/** Does each word of the text stand somewhere in the name? */
export function fits(text: string, name: string): boolean {
  const low = name.toLowerCase();
  return text
    .toLowerCase()
    .split(/\s+/)
    .every((word) => low.includes(word));
}
