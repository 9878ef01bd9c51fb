import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { openApprovalsQuery } from "@/api/home-queries";
import { StateDot } from "@/components/state";
import { Instant } from "@/components/time";
import { home } from "@/i18n/en/home";
import { homeAsks as en } from "@/i18n/en/homeAsks";
import { useText } from "@/i18n/text";
import { Section } from "./section";

const MOST_SHOWN = 8;

/** What goes on only when somebody answers. */
export default function Answers() {
  const t = useText("homeAsks", en);
  const h = useText("home", home);
  const open = useQuery(openApprovalsQuery()).data;
  if (!open?.hitl_details.length) return null;
  const more = open.total_entries - Math.min(open.hitl_details.length, MOST_SHOWN);
  return (
    <Section title={t("answers")} count={open.total_entries}>
      <ul className="px-3 py-1">
        {open.hitl_details
          .slice(0, MOST_SHOWN)
          .map(({ task_instance: one, subject, created_at, expires_at }) => (
            <li key={one.id} className="flex items-start gap-2 py-0.5">
              <span className="mt-1">
                <StateDot state="deferred" />
              </span>
              <div className="min-w-0 flex-1">
                <div className="flex items-baseline gap-2">
                  <Link
                    to="/dags/$dagId/runs/$runId/tasks/$taskId"
                    params={{ dagId: one.dag_id, runId: one.dag_run_id, taskId: one.task_id }}
                    search={one.map_index >= 0 ? { map: one.map_index } : {}}
                    className="link min-w-0 font-semibold break-words"
                  >
                    {subject || one.task_id}
                  </Link>
                  <span className="ml-auto text-muted">
                    <Instant at={created_at} relative />
                  </span>
                </div>
                <p className="break-words text-muted" title={one.dag_run_id}>
                  {one.dag_display_name}
                  {expires_at ? (
                    <>
                      , {t("answerFails")} <Instant at={expires_at} relative />
                    </>
                  ) : null}
                </p>
              </div>
            </li>
          ))}
        {more > 0 ? <li className="py-0.5 text-muted">{h("more", { count: more })}</li> : null}
      </ul>
    </Section>
  );
}
