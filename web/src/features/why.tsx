import { useQuery } from "@tanstack/react-query";
import { runWhyQuery } from "@/api/queries";
import { type InstanceKey, whyQuery } from "@/api/task-queries";
import type { Explanation } from "@/api/types";

/** Why a task instance waits, in the server's words. Nothing is shown when there is no reason. */
export function TaskWhy({ instance }: { instance: InstanceKey }) {
  return <Reasons explanation={useQuery(whyQuery(instance)).data} />;
}

export function RunWhy({ dagId, runId }: { dagId: string; runId: string }) {
  return <Reasons explanation={useQuery(runWhyQuery(dagId, runId)).data} />;
}

function Reasons({ explanation }: { explanation: Explanation | undefined }) {
  if (!explanation || explanation.reasons.length === 0) return null;
  return (
    <ul className="text-muted" aria-label="Why it is not running">
      {explanation.reasons.map((reason) => (
        <li key={`${reason.code} ${reason.message}`} className="break-words">
          {reason.message}
        </li>
      ))}
    </ul>
  );
}
