import { Link } from "@tanstack/react-router";
import { assets as en } from "@/i18n/en/assets";
import { useText } from "@/i18n/text";

const SHOWN = 3;

/** DAGs by name, each once, with its tasks in the title; the first few, and how many more. */
export function DagLinks({
  uses,
  all = false,
}: {
  uses: readonly { dag_id: string; task_id?: string }[];
  all?: boolean;
}) {
  const t = useText("assets", en);
  const tasks = new Map<string, string[]>();
  for (const { dag_id, task_id } of uses) {
    tasks.set(dag_id, [...(tasks.get(dag_id) ?? []), ...(task_id ? [task_id] : [])]);
  }
  if (tasks.size === 0) return <span className="text-muted">{t("nobody")}</span>;
  const shown = [...tasks].slice(0, all ? undefined : SHOWN);
  const more = tasks.size - shown.length;
  return (
    <ul className="flex flex-wrap gap-x-2">
      {shown.map(([dagId, names]) => (
        <li key={dagId} className="break-all">
          <Link
            to="/dags/$dagId"
            params={{ dagId }}
            className="link"
            title={names.join(", ") || dagId}
          >
            {dagId}
          </Link>
          {all && names.length > 0 ? (
            <span className="text-muted"> · {names.join(", ")}</span>
          ) : null}
        </li>
      ))}
      {more > 0 ? <li className="text-muted">{t("more", { count: more })}</li> : null}
    </ul>
  );
}
