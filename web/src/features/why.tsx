import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { runWhyQuery } from "@/api/queries";
import { type InstanceKey, whyQuery } from "@/api/task-queries";
import type { Explanation } from "@/api/types";
import { task as en } from "@/i18n/en/task";
import { useText } from "@/i18n/text";
import { type Here, linksOf, type ReasonLink } from "@/lib/reason-links";
import { instanceName } from "@/lib/tasks";

/** Why a task instance waits, in the server's words. Nothing is shown when there is no reason. */
export function TaskWhy({ instance }: { instance: InstanceKey }) {
  return <Reasons explanation={useQuery(whyQuery(instance)).data} here={instance} />;
}

export function RunWhy({ dagId, runId }: { dagId: string; runId: string }) {
  return <Reasons explanation={useQuery(runWhyQuery(dagId, runId)).data} here={{ dagId, runId }} />;
}

function Reasons({
  explanation,
  here,
}: {
  explanation: Explanation | undefined;
  here: Here & { taskId?: string; mapIndex?: number };
}) {
  const t = useText("task", en);
  if (!explanation || explanation.reasons.length === 0) return null;
  return (
    <ul className="text-muted" aria-label={t("why")}>
      {explanation.reasons.map((reason) => (
        <li key={`${reason.code} ${reason.message}`} className="in-text break-words">
          {reason.message}
          {linksOf(reason, here).map((link) => (
            <span key={JSON.stringify(link)} className="ml-2">
              <To link={link} here={here} />
            </span>
          ))}
        </li>
      ))}
    </ul>
  );
}

function To({
  link,
  here,
}: {
  link: ReasonLink;
  here: Here & { taskId?: string; mapIndex?: number };
}) {
  const t = useText("task", en);
  switch (link.to) {
    case "pools":
      return (
        <Link to="/pools" className="link">
          {t("openPools")}
        </Link>
      );
    case "workers":
      return (
        <Link to="/workers" className="link">
          {t("openWorkers")}
        </Link>
      );
    case "dag":
      return (
        <Link to="/dags/$dagId" params={{ dagId: link.dagId }} className="link">
          {t("openDag", { dag: link.dagId })}
        </Link>
      );
    case "run":
      return (
        <Link
          to="/dags/$dagId/runs/$runId"
          params={{ dagId: link.dagId, runId: link.runId }}
          className="link break-all"
        >
          {link.runId}
        </Link>
      );
    case "task":
      return (
        <Link
          to="/dags/$dagId/runs/$runId/tasks/$taskId"
          params={{ dagId: link.dagId, runId: link.runId, taskId: link.taskId }}
          search={link.mapIndex >= 0 ? { map: link.mapIndex } : {}}
          className="link"
        >
          {t("openTask", { task: instanceName(link.taskId, link.mapIndex) })}
        </Link>
      );
    case "approval":
      return here.taskId === undefined ? null : (
        <Link
          to="/dags/$dagId/runs/$runId/tasks/$taskId"
          params={{ dagId: here.dagId, runId: here.runId, taskId: here.taskId }}
          search={{
            ...((here.mapIndex ?? -1) >= 0 ? { map: here.mapIndex } : {}),
            tab: "approval",
          }}
          className="link"
        >
          {t("answerIt")}
        </Link>
      );
  }
}
