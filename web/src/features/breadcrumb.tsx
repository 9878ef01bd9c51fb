import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";

/** DAGs / a DAG / a run / a task: where one is, and the way back up. */
export function Breadcrumb({
  dagId,
  runId,
  taskId,
}: {
  dagId: string;
  runId?: string;
  taskId?: string;
}) {
  return (
    <Trail>
      <li>
        <Link to="/dags" className="link">
          DAGs
        </Link>
      </li>
      <Step>
        {runId ? (
          <Link to="/dags/$dagId" params={{ dagId }} className="link break-all">
            {dagId}
          </Link>
        ) : (
          <span aria-current="page" className="break-all">
            {dagId}
          </span>
        )}
      </Step>
      {runId ? (
        <Step>
          {taskId ? (
            <Link
              to="/dags/$dagId/runs/$runId"
              params={{ dagId, runId }}
              className="link break-all"
            >
              {runId}
            </Link>
          ) : (
            <span aria-current="page" className="break-all">
              {runId}
            </span>
          )}
        </Step>
      ) : null}
      {taskId ? (
        <Step>
          <span aria-current="page" className="break-all">
            {taskId}
          </span>
        </Step>
      ) : null}
    </Trail>
  );
}

/** Assets / an asset / its lineage. */
export function AssetTrail({
  assets,
  asset,
  here,
}: {
  assets: string;
  asset?: ReactNode;
  here: string;
}) {
  return (
    <Trail>
      <li>
        <Link to="/assets" className="link">
          {assets}
        </Link>
      </li>
      {asset ? <Step>{asset}</Step> : null}
      <Step>
        <span aria-current="page" className="break-all">
          {here}
        </span>
      </Step>
    </Trail>
  );
}

function Trail({ children }: { children: ReactNode }) {
  return (
    <nav aria-label="Breadcrumb" className="mb-1">
      <ol className="flex flex-wrap gap-x-1.5 text-muted">{children}</ol>
    </nav>
  );
}

function Step({ children }: { children: ReactNode }) {
  return (
    <li className="flex min-w-0 gap-x-1.5">
      <span aria-hidden="true">/</span>
      {children}
    </li>
  );
}
