import { useQuery } from "@tanstack/react-query";
import { Link, type LinkProps } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { dagCountQuery, healthQuery } from "@/api/home-queries";
import { isForbidden } from "@/api/problem";
import { importErrorsQuery, poolsQuery, workersQuery } from "@/api/system-queries";
import { Instant } from "@/components/time";
import { home as en } from "@/i18n/en/home";
import { shell } from "@/i18n/en/shell";
import { useText } from "@/i18n/text";
import { formatBytes } from "@/lib/format";
import { fullPools, workerHealth } from "@/lib/home";

type Mood = "good" | "bad" | "unknown";

/** Each part in one line: well or not, and what there is to say. */
export function Health() {
  const t = useText("home", en);
  const s = useText("shell", shell);
  return (
    <section aria-label={t("health")} className="mb-3 flex flex-wrap gap-2">
      <Parts />
      <WorkersPart />
      <PoolsPart />
      <DagsPart name={s("dags")} />
    </section>
  );
}

function Part({
  name,
  mood,
  to,
  children,
}: {
  name: string;
  mood: Mood;
  to?: LinkProps["to"];
  children: ReactNode;
}) {
  const colour = mood === "good" ? "state-success" : mood === "bad" ? "state-failed" : "state-none";
  const heading = (
    <>
      <span
        aria-hidden="true"
        className={`state-fill mr-2 inline-block size-2.5 rounded-full ${colour}`}
      />
      <span className="font-semibold">{name}</span>
    </>
  );
  return (
    <div
      className={`panel min-w-0 grow px-3 py-1.5 ${mood === "bad" ? "border-bad! bg-bad-panel!" : ""}`}
    >
      {to ? (
        <Link to={to} className="hover:underline">
          {heading}
        </Link>
      ) : (
        heading
      )}{" "}
      <span className="ml-1 break-words text-muted">{children}</span>
    </div>
  );
}

function Parts() {
  const t = useText("home", en);
  const health = useQuery(healthQuery());
  const moodOf = (status: string | null | undefined): Mood => {
    if (health.isError) return "bad";
    if (status === undefined || status === null) return "unknown";
    return status === "healthy" ? "good" : "bad";
  };
  const scheduler = health.data?.scheduler;
  const disk = health.data?.disk;
  const words = (mood: Mood) =>
    mood === "unknown" ? "…" : t(mood === "good" ? "healthy" : "unhealthy");
  const mood = moodOf(scheduler?.status);
  const stored = moodOf(health.data?.metadatabase.status);
  return (
    <>
      <Part name={t("scheduler")} mood={mood}>
        {words(mood)}
        {mood === "bad" && scheduler?.latest_scheduler_heartbeat ? (
          <>
            {" "}
            <Instant at={scheduler.latest_scheduler_heartbeat} relative />
          </>
        ) : null}
      </Part>
      <Part name={t("database")} mood={stored}>
        {words(stored)}
      </Part>
      {disk ? (
        <Part name={t("disk")} mood={moodOf(disk.status)}>
          {t("diskFree", { free: formatBytes(disk.free_bytes) })}
        </Part>
      ) : null}
    </>
  );
}

function WorkersPart() {
  const t = useText("home", en);
  const workers = useQuery(workersQuery());
  if (isForbidden(workers.error)) return null; // nothing is wrong with what one may not see
  const health = workers.data ? workerHealth(workers.data.workers) : null;
  const mood: Mood = !health
    ? workers.isError
      ? "bad"
      : "unknown"
    : health.online === 0 || health.troubled > 0
      ? "bad"
      : "good";
  return (
    <Part name={t("workers")} mood={mood} to="/workers">
      {!health
        ? (workers.error?.message ?? "…")
        : health.online === 0
          ? t("noWorkers")
          : [
              t("workersOnline", { count: health.online }),
              health.troubled > 0 ? t("workersTroubled", { count: health.troubled }) : "",
              t("slots", { used: health.occupied, all: health.slots }),
            ]
              .filter(Boolean)
              .join(", ")}
    </Part>
  );
}

function PoolsPart() {
  const t = useText("home", en);
  const pools = useQuery(poolsQuery());
  if (isForbidden(pools.error)) return null;
  const full = pools.data ? fullPools(pools.data.pools) : null;
  const mood: Mood = !full ? (pools.isError ? "bad" : "unknown") : full.length > 0 ? "bad" : "good";
  return (
    <Part name={t("pools")} mood={mood} to="/pools">
      {!full
        ? (pools.error?.message ?? "…")
        : full.length > 0
          ? t("poolsFull", { count: full.length, names: full.map((one) => one.name).join(", ") })
          : t("poolsFine")}
    </Part>
  );
}

function DagsPart({ name }: { name: string }) {
  const t = useText("home", en);
  const active = useQuery(dagCountQuery(false));
  const paused = useQuery(dagCountQuery(true));
  const errors = useQuery(importErrorsQuery());
  const broken = errors.data?.total_entries ?? 0;
  return (
    <Part name={name} mood={broken > 0 ? "bad" : active.data ? "good" : "unknown"} to="/dags">
      {active.data ? t("dagsActive", { count: active.data.total_entries }) : "…"}
      {paused.data?.total_entries ? (
        <>
          ,{" "}
          <Link to="/dags" search={{ paused: "yes" }} className="underline">
            {t("dagsPaused", { count: paused.data.total_entries })}
          </Link>
        </>
      ) : null}
      {broken > 0 ? (
        <>
          ,{" "}
          <Link to="/import-errors" className="underline">
            {t("broken", { count: broken })}
          </Link>
        </>
      ) : null}
    </Part>
  );
}
