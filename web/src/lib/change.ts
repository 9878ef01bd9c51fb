/** What an entry of the audit says beside who and when: a change before and after, or facts. */

export interface ChangedField {
  name: string;
  before: string | undefined;
  after: string | undefined;
  changed: boolean;
}

export type Detail =
  | { kind: "none" }
  | { kind: "text"; text: string }
  | { kind: "facts"; facts: [name: string, value: string][] }
  | {
      kind: "change";
      what: "created" | "changed" | "deleted";
      /** What is changed, by its name. */
      subject: string;
      fields: ChangedField[];
    };

/** The fields that name a thing, the surest first. */
const NAMES = ["key", "connection_id", "name", "username", "id"];

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const shown = (value: unknown): string | undefined =>
  value === undefined || typeof value === "string" ? value : JSON.stringify(value);

export function readDetail(extra: string | null | undefined): Detail {
  if (!extra) return { kind: "none" };
  let json: unknown;
  try {
    json = JSON.parse(extra);
  } catch {
    return { kind: "text", text: extra };
  }
  if (!isRecord(json)) return { kind: "text", text: extra };
  const { before, after } = json;
  const isChange =
    Object.keys(json).every((key) => key === "before" || key === "after") &&
    [before, after].every((side) => side === null || side === undefined || isRecord(side)) &&
    (isRecord(before) || isRecord(after));
  if (!isChange) {
    return {
      kind: "facts",
      facts: Object.entries(json).map(([name, value]) => [name, shown(value) ?? ""]),
    };
  }
  const old = isRecord(before) ? before : undefined;
  const now = isRecord(after) ? after : undefined;
  const names = [...new Set([...Object.keys(old ?? {}), ...Object.keys(now ?? {})])];
  return {
    kind: "change",
    subject: NAMES.map((name) => shown((now ?? old)?.[name])).find((name) => name) ?? "",
    what: !old ? "created" : !now ? "deleted" : "changed",
    fields: names.map((name) => {
      const [was, is] = [shown(old?.[name]), shown(now?.[name])];
      return { name, before: was, after: is, changed: was !== is };
    }),
  };
}
