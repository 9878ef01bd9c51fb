/** The runbook's link out of a DAG file's text; the API has no field for it. */

/** JSON with `//` and block comments as JSON. */
export function stripComments(text: string): string {
  return text.replace(/"(?:[^"\\]|\\.)*"|\/\/[^\n]*|\/\*[\s\S]*?\*\//g, (part) =>
    part.startsWith('"') ? part : " ",
  );
}

/** null when the file names none, or cannot be read. Only the web's own schemes are links. */
export function runbookOf(source: string): string | null {
  try {
    const dag: unknown = JSON.parse(stripComments(source));
    const url = typeof dag === "object" && dag !== null && "runbook_url" in dag && dag.runbook_url;
    return typeof url === "string" && /^https?:\/\//.test(url) ? url : null;
  } catch {
    return null;
  }
}
