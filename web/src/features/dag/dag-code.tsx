import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { sourceQuery } from "@/api/queries";
import { Code } from "@/components/controls";
import { Show } from "@/components/feedback";

const route = getRouteApi("/signed-in/dags/$dagId/code");

export function DagCode() {
  const { dagId } = route.useParams();
  const source = useQuery(sourceQuery(dagId));
  return (
    <Show query={source} what="the source">
      {(data) => (
        <>
          {typeof data === "string" ? null : (
            <p className="mb-2 text-muted">Version {data.version_number}</p>
          )}
          <Code
            text={typeof data === "string" ? data : (data.content ?? "")}
            label={`Source of ${dagId}`}
          />
        </>
      )}
    </Show>
  );
}
