/** What the person may do, so that the page offers no action that the server would refuse. */

import { queryOptions, useQuery } from "@tanstack/react-query";
import { api, unwrap } from "./client";
import type { components } from "./schema.gen";

export type Me = components["schemas"]["UserMeResponse"];
export type Role = NonNullable<Me["role"]>;

export const meQuery = () =>
  queryOptions({
    queryKey: ["me"],
    queryFn: ({ signal }) => unwrap(api.GET("/api/v2/users/me", { signal })),
    staleTime: 60_000,
  });

const RANK: Readonly<Record<Role, number>> = { viewer: 1, operator: 2, editor: 3, admin: 4 };

/** Over this DAG, or over everything when none is named. */
export interface Over {
  dagId: string;
  tags: readonly string[];
}

/** As the server decides it: the highest of the role over everything and the grants that match. */
export function hasRole(me: Me, role: Role, over?: Over): boolean {
  const needed = RANK[role];
  if (me.role && RANK[me.role] >= needed) return true;
  if (!over) return false;
  return me.grants.some(
    (grant) =>
      RANK[grant.role] >= needed &&
      (grant.dag_id === over.dagId || (grant.tag !== undefined && over.tags.includes(grant.tag))),
  );
}

/** May the person? True until it is known, as the server has the last word anyway. */
export function useMay(role: Role, over?: Over): boolean {
  const me = useQuery(meQuery());
  return me.data ? hasRole(me.data, role, over) : true;
}
