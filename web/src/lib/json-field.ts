/** A form's JSON object: empty is none. */
export type JsonField =
  | { value: Record<string, unknown> | undefined }
  | { problem: "json" | "object"; detail: string };

export function readObject(text: string): JsonField {
  if (!text.trim()) return { value: undefined };
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    return { problem: "json", detail: error instanceof Error ? error.message : "" };
  }
  const isObject = typeof json === "object" && json !== null && !Array.isArray(json);
  return isObject ? { value: json as Record<string, unknown> } : { problem: "object", detail: "" };
}
