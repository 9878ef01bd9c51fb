/** Variables as a JSON file: as Airflow's CLI and UI write them, and as the API takes them. */

export interface FileVariable {
  key: string;
  /** Text, or any JSON, which the server keeps as its text. */
  value: unknown;
  description?: string | null;
  is_secret?: boolean;
}

interface Kept {
  key: string;
  value: string;
  description: string | null;
  is_secret: boolean;
}

/** `{"KEY": {"value", "description"}}`; what is secret cannot be read and is left out. */
export function toFile(variables: readonly Kept[]): { text: string; secrets: string[] } {
  const open = variables.filter(({ is_secret }) => !is_secret);
  const body = Object.fromEntries(
    open.map(({ key, value, description }) => [
      key,
      description ? { value, description } : { value },
    ]),
  );
  return {
    text: `${JSON.stringify(body, null, 2)}\n`,
    secrets: variables.filter(({ is_secret }) => is_secret).map(({ key }) => key),
  };
}

export type FileProblem = "json" | "shape" | "empty";
export type FileResult =
  | { variables: FileVariable[]; skipped: string[] }
  | { problem: FileProblem; detail: string };

const MASK = "***";

/**
 * Reads `{"KEY": value}`, `{"KEY": {"value", "description"}}` or a list of the API's bodies. A
 * value of `***` stands for a secret that was not written, so it is skipped.
 */
export function fromFile(text: string): FileResult {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    return { problem: "json", detail: error instanceof Error ? error.message : "" };
  }
  const found = Array.isArray(json) ? fromList(json) : isRecord(json) ? fromRecord(json) : null;
  if (!found) return { problem: "shape", detail: "" };
  const variables = found.filter(({ value }) => value !== MASK);
  const skipped = found.filter(({ value }) => value === MASK).map(({ key }) => key);
  if (variables.length === 0) return { problem: "empty", detail: skipped.join(", ") };
  return { variables, skipped };
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function fromRecord(record: Record<string, unknown>): FileVariable[] {
  return Object.entries(record).map(([key, value]) =>
    isRecord(value) && "value" in value ? whole(key, value) : { key, value },
  );
}

function fromList(list: readonly unknown[]): FileVariable[] | null {
  const variables: FileVariable[] = [];
  for (const item of list) {
    if (!isRecord(item) || typeof item.key !== "string" || !("value" in item)) return null;
    variables.push(whole(item.key, item));
  }
  return variables;
}

function whole(key: string, fields: Record<string, unknown>): FileVariable {
  return {
    key,
    value: fields.value,
    ...(typeof fields.description === "string" ? { description: fields.description } : {}),
    ...(typeof fields.is_secret === "boolean" ? { is_secret: fields.is_secret } : {}),
  };
}

/** In slices of what the server takes at once. */
export function slices<T>(items: readonly T[], size: number): T[][] {
  const parts: T[][] = [];
  for (let i = 0; i < items.length; i += size) parts.push(items.slice(i, i + size));
  return parts;
}
