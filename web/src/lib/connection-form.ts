/** A connection as its form holds it, and as the bodies of the API say it. */

import type { Connection } from "@/api/admin";
import type { ConnectionBody, ConnectionPatch } from "@/api/admin-actions";

export interface ConnectionFields {
  id: string;
  type: string;
  host: string;
  port: string;
  login: string;
  schema: string;
  /** Empty: as it is. */
  password: string;
  dropPassword: boolean;
  extra: string;
  description: string;
  allowed: string;
}

export type ConnectionProblem = "id" | "type" | "port" | "extra";

export function fieldsOf(known: Connection | undefined): ConnectionFields {
  return {
    id: known?.connection_id ?? "",
    type: known?.conn_type ?? "",
    host: known?.host ?? "",
    port: known?.port === null || known?.port === undefined ? "" : String(known.port),
    login: known?.login ?? "",
    schema: known?.schema ?? "",
    password: "",
    dropPassword: false,
    extra: pretty(known?.extra ?? ""),
    description: known?.description ?? "",
    allowed: (known?.allowed_dags ?? []).join(", "),
  };
}

export function problemsOf(fields: ConnectionFields): ReadonlySet<ConnectionProblem> {
  const found = new Set<ConnectionProblem>();
  if (!/^[\w.-]+$/.test(fields.id)) found.add("id");
  if (!fields.type.trim()) found.add("type");
  const port = fields.port.trim();
  if (port && !(/^\d{1,5}$/.test(port) && Number(port) <= 65_535)) found.add("port");
  if (fields.extra.trim()) {
    try {
      JSON.parse(fields.extra);
    } catch {
      found.add("extra");
    }
  }
  return found;
}

export function bodyOf(fields: ConnectionFields): ConnectionBody {
  const text = (value: string) => value.trim() || null;
  return {
    connection_id: fields.id,
    conn_type: fields.type.trim(),
    host: text(fields.host),
    port: fields.port.trim() ? Number(fields.port) : null,
    login: text(fields.login),
    schema: text(fields.schema),
    extra: text(fields.extra),
    description: text(fields.description),
    allowed_dags: fields.allowed
      .split(",")
      .map((one) => one.trim())
      .filter(Boolean),
    ...(fields.dropPassword ? { password: null } : {}),
    ...(fields.password && !fields.dropPassword ? { password: fields.password } : {}),
  };
}

/** As a change: without the password it stays as it is. */
export function patchOf(fields: ConnectionFields): ConnectionPatch {
  const { connection_id: _, ...patch } = bodyOf(fields);
  return patch;
}

/** For a command line that somebody copies: no secret stands in it. */
export function withoutSecrets<T extends { password?: string | null }>(body: T): T {
  return body.password ? { ...body, password: "***" } : body;
}

function pretty(json: string): string {
  try {
    return json ? JSON.stringify(JSON.parse(json), null, 2) : "";
  } catch {
    return json;
  }
}
