import { Link } from "@tanstack/react-router";
import type { AssetEvent } from "@/api/assets";
import { StateDot } from "@/components/state";
import { isRunState, stateLabel } from "@/lib/states";

/** The runs that an event started, with what became of them. */
export function RunLinks({ runs }: { runs: AssetEvent["created_dagruns"] }) {
  return (
    <ul className="flex flex-col gap-0.5">
      {runs.map(({ dag_id: dagId, run_id: runId, state }) => {
        const known = isRunState(state) ? state : null;
        return (
          <li key={`${dagId} ${runId}`} className="flex items-center gap-1.5">
            <StateDot state={known} />
            <span className="sr-only">{stateLabel(known)}</span>
            <Link
              to="/dags/$dagId/runs/$runId"
              params={{ dagId, runId }}
              className="link break-all"
              title={`${stateLabel(known)}: ${runId}`}
            >
              {dagId}
            </Link>
          </li>
        );
      })}
    </ul>
  );
}
