/** Grants as their form holds them. */

import type { Grant } from "@/api/admin";
import type { Role } from "@/api/rights";

export const ROLES: readonly Role[] = ["viewer", "operator", "editor", "admin"];

export interface GrantRow {
  role: Role;
  kind: "dag" | "tag";
  id: string;
}

export const rowOf = (grant: Grant): GrantRow =>
  grant.tag === undefined
    ? { role: grant.role, kind: "dag", id: grant.dag_id ?? "" }
    : { role: grant.role, kind: "tag", id: grant.tag };

/** Rows without an id say nothing yet and are left out. */
export const grantsOf = (rows: readonly GrantRow[]): Grant[] =>
  rows
    .filter(({ id }) => id.trim())
    .map(({ role, kind, id }) =>
      kind === "dag" ? { role, dag_id: id.trim() } : { role, tag: id.trim() },
    );

/** For `weft users set`. */
export const grantOptions = (rows: readonly GrantRow[]): string =>
  grantsOf(rows)
    .map(({ role, dag_id, tag }) =>
      tag === undefined ? ` --grant ${role}=${dag_id}` : ` --grant-tag ${role}=${tag}`,
    )
    .join("");

export const isRole = (value: string): value is Role => ROLES.some((role) => role === value);
