import type { TaskInstance, TaskTry } from "@/api/types";
import { Facts } from "@/components/controls";
import { Empty } from "@/components/feedback";
import { JsonTree } from "@/components/json-tree";
import { Scroller } from "@/components/scroller";
import { StateBadge } from "@/components/state";
import { Elapsed, Instant } from "@/components/time";
import { task as en } from "@/i18n/en/task";
import { useText } from "@/i18n/text";
import { useNow } from "@/lib/clock";
import { formatBytes, formatDuration } from "@/lib/format";
import { stateClass } from "@/lib/states";
import { phasesOf } from "@/lib/tasks";

export function Details({
  instance,
  attempts,
  shown,
}: {
  instance: TaskInstance;
  attempts: readonly TaskTry[];
  shown: TaskTry | undefined;
}) {
  const t = useText("task", en);
  return (
    <div className="flex flex-col gap-3">
      <section className="panel p-3" aria-label={t("details")}>
        <Facts
          facts={[
            [t("pool"), `${instance.pool} (${instance.pool_slots})`],
            [t("queue"), instance.queue],
            [t("weight"), instance.priority_weight],
            [t("version"), instance.dag_version?.version_number],
            [t("scheduled"), <Instant key="s" at={instance.scheduled_when} />],
            [t("queued"), <Instant key="q" at={instance.queued_when} />],
            [t("outcome"), shown?.outcome],
            [t("logSize"), shown ? formatBytes(shown.log_bytes) : null],
            [t("cpu"), shown ? `${shown.cpu_seconds.toFixed(2)}s` : null],
            [t("memory"), shown ? formatBytes(shown.max_rss_kb * 1024) : null],
            [t("pid"), instance.pid],
          ]}
        />
      </section>
      {shown ? <Phases attempt={shown} /> : null}
      <Attempts attempts={attempts} />
      {Object.keys(instance.rendered_fields).length > 0 ? (
        <section className="panel p-3" aria-label={t("rendered")}>
          <h2 className="mb-1 font-semibold">{t("rendered")}</h2>
          <Scroller className="overflow-x-auto font-mono text-xs">
            <JsonTree value={instance.rendered_fields} />
          </Scroller>
        </section>
      ) : null}
    </div>
  );
}

const NAMES = { waited: "waited", started: "started", ran: "ran" } as const;

/** How long it waited to be taken, took to start, and ran. */
function Phases({ attempt }: { attempt: TaskTry }) {
  const t = useText("task", en);
  const now = useNow();
  const phases = phasesOf(attempt, now);
  if (phases.length === 0) return null;
  const all = phases.reduce((sum, { seconds }) => sum + seconds, 0);
  return (
    <section className="panel p-3" aria-label={t("timeline")}>
      <h2 className="mb-1 font-semibold">{t("timeline")}</h2>
      <div aria-hidden="true" className="mb-1 flex h-3 overflow-hidden rounded bg-raised">
        {phases.map(({ name, seconds }) => (
          <div
            key={name}
            className={
              name === "ran" ? `state-fill ${stateClass(attempt.state)}` : "stripe-waiting"
            }
            style={{ width: `${all > 0 ? (seconds / all) * 100 : 0}%`, minWidth: 2 }}
          />
        ))}
      </div>
      <Facts facts={phases.map(({ name, seconds }) => [t(NAMES[name]), formatDuration(seconds)])} />
    </section>
  );
}

function Attempts({ attempts }: { attempts: readonly TaskTry[] }) {
  const t = useText("task", en);
  return (
    <Scroller label={t("attempts")} className="panel overflow-x-auto">
      {attempts.length === 0 ? (
        <Empty>{t("noTries")}</Empty>
      ) : (
        <table className="grid-table">
          <thead>
            <tr>
              <th scope="col">{t("try")}</th>
              <th scope="col">{t("state")}</th>
              <th scope="col">{t("worker")}</th>
              <th scope="col">{t("start")}</th>
              <th scope="col">{t("duration")}</th>
              <th scope="col">{t("exitCode")}</th>
              <th scope="col">{t("cpu")}</th>
              <th scope="col">{t("memory")}</th>
              <th scope="col">{t("error")}</th>
            </tr>
          </thead>
          <tbody>
            {attempts.map((attempt, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a lost attempt keeps the number of its try.
              <tr key={index}>
                <td>{attempt.try_number}</td>
                <td>
                  <StateBadge state={attempt.state} />{" "}
                  <span className="text-muted">{attempt.outcome}</span>
                </td>
                <td>{attempt.hostname}</td>
                <td>
                  <Instant at={attempt.start_date} />
                </td>
                <td>
                  <Elapsed item={attempt} />
                </td>
                <td>{attempt.exit_code ?? (attempt.signal ? `SIG ${attempt.signal}` : "–")}</td>
                <td>{attempt.cpu_seconds.toFixed(2)}s</td>
                <td className="whitespace-nowrap">{formatBytes(attempt.max_rss_kb * 1024)}</td>
                <td className="break-words">{attempt.error}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Scroller>
  );
}
