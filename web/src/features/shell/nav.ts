/** The pages that stand in the navigation, in the palette and behind `g …`: one line for each. */

import type { LinkProps } from "@tanstack/react-router";
import type { shell } from "@/i18n/en/shell";

export interface NavEntry {
  to: NonNullable<LinkProps["to"]>;
  /** Its name in the catalogue "shell". */
  label: keyof typeof shell;
  /** The letter behind `g`. */
  key: string;
  /** What its other pages begin with. */
  also?: readonly string[];
}

/** Whether a page is one of those that stand under the entry without its path. */
export const isUnder = ({ also = [] }: NavEntry, pathname: string) =>
  also.some((path) => pathname === path || pathname.startsWith(`${path}/`));

export const MAIN: readonly NavEntry[] = [
  { to: "/", label: "home", key: "h" },
  { to: "/dags", label: "dags", key: "d" },
  { to: "/assets", label: "assets", key: "a", also: ["/asset", "/lineage"] },
  { to: "/pools", label: "pools", key: "p" },
  { to: "/workers", label: "workers", key: "w" },
];

export const ADMIN: readonly NavEntry[] = [
  { to: "/variables", label: "variables", key: "v" },
  { to: "/connections", label: "connections", key: "c" },
  { to: "/users", label: "users", key: "u" },
  { to: "/tokens", label: "tokens", key: "t" },
  { to: "/audit", label: "audit", key: "l" },
  { to: "/import-errors", label: "importErrors", key: "i" },
];
