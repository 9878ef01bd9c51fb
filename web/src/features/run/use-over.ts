import { useQuery } from "@tanstack/react-query";
import { dagQuery } from "@/api/queries";
import type { Over } from "@/api/rights";

/** What a right over this DAG is asked of: grants may name its tags. Without a DAG: nobody's. */
export function useOver(dagId: string): Over {
  const dag = useQuery({ ...dagQuery(dagId), enabled: dagId !== "" });
  return { dagId, tags: dag.data?.tags.map(({ name }) => name) ?? [] };
}
