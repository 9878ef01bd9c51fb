import { useState } from "react";
import { type Role, useMay } from "@/api/rights";

/** The role that the person lacks for the actions of a page; undefined: may do them. */
export function useLack(role: Role): Role | undefined {
  return useMay(role) ? undefined : role;
}

/** Which dialog is open, and over what. */
export function useDialog<Kind extends string, Item = undefined>() {
  const [open, setOpen] = useState<{ kind: Kind; item: Item } | null>(null);
  return {
    open,
    show: (kind: Kind, item: Item) => setOpen({ kind, item }),
    close: () => setOpen(null),
  };
}
