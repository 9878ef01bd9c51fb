import type { Over } from "@/api/rights";
import type { Dag } from "@/api/types";

/** What rights are asked over: the DAG, by its id and its tags. */
export function overOf(dag: Pick<Dag, "dag_id" | "tags">): Over {
  return { dagId: dag.dag_id, tags: dag.tags.map((tag) => tag.name) };
}
