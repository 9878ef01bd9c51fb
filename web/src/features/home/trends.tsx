import { useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useMemo } from "react";
import { type Counted, trendQuery } from "@/api/home-queries";
import { home as en } from "@/i18n/en/home";
import { useText } from "@/i18n/text";
import { useNow, useZone } from "@/lib/clock";
import { formatInstant } from "@/lib/format";
import { barPercent, trendBuckets } from "@/lib/home";
import { Choices, Section } from "./section";

const route = getRouteApi("/signed-in/");

/** How the runs that were due ended, hour by hour or day by day, over all DAGs. */
export function Trends() {
  const t = useText("home", en);
  const unit = route.useSearch().trend ?? "hours";
  const navigate = route.useNavigate();
  const bars = useBars(unit);
  const sum = (state: "success" | "failed") =>
    bars?.reduce((total, bar) => total + bar[state], 0) ?? 0;
  return (
    <Section
      title={t("trends")}
      tools={
        <div className="ml-auto">
          <Choices
            label={t("trendUnit")}
            value={unit}
            options={[
              ["hours", t("trendHours")],
              ["days", t("trendDays")],
            ]}
            onChange={(next) =>
              void navigate({
                search: (old) => ({ ...old, trend: next === "days" ? "days" : undefined }),
              })
            }
          />
        </div>
      }
    >
      <div className="p-3">
        {bars ? <Bars bars={bars} unit={unit} /> : <div className="h-20" />}
        <p className="mt-1 text-muted">
          {bars
            ? t("trendSum", { success: sum("success"), failed: sum("failed") })
            : t("trendLoading")}
        </p>
        <p className="text-xs text-muted">{t("trendRule")}</p>
      </div>
    </Section>
  );
}

/** undefined until all is counted. */
function useBars(unit: "hours" | "days"): Counted[] | undefined {
  const client = useQueryClient();
  const [zone] = useZone();
  // A new bucket each hour, not each second.
  const hour = Math.floor(useNow() / 3_600_000) * 3_600_000;
  const buckets = useMemo(() => trendBuckets(unit, hour, zone === "utc"), [unit, hour, zone]);
  return useQuery(trendQuery(client, buckets)).data;
}

function Bars({ bars, unit }: { bars: readonly Counted[]; unit: "hours" | "days" }) {
  const t = useText("home", en);
  const [zone] = useZone();
  const highest = Math.max(...bars.map((bar) => bar.success + bar.failed), 0);
  const nameOf = (bar: Counted) => {
    const text = formatInstant(bar.from, zone);
    return unit === "hours" ? text.slice(0, 16) : text.slice(0, 10);
  };
  return (
    <>
      <div aria-hidden="true" className="flex h-20 items-end gap-0.5 border-b border-line">
        {bars.map((bar) => (
          <div
            key={bar.from}
            className="flex h-full min-w-0 flex-1 flex-col justify-end hover:bg-raised"
            title={t("trendTitle", {
              from: nameOf(bar),
              success: bar.success,
              failed: bar.failed,
            })}
          >
            <div
              className="state-fill state-failed"
              style={{ height: `${barPercent(bar.failed, highest)}%` }}
            />
            <div
              className="state-fill state-success"
              style={{ height: `${barPercent(bar.success, highest)}%` }}
            />
          </div>
        ))}
      </div>
      <div aria-hidden="true" className="flex justify-between text-xs text-muted">
        <span>{axisName(bars[0], unit, zone)}</span>
        <span>{axisName(bars[Math.floor(bars.length / 2)], unit, zone)}</span>
        <span>{axisName(bars.at(-1), unit, zone)}</span>
      </div>
      <table className="sr-only">
        <caption>{t("trends")}</caption>
        <thead>
          <tr>
            <th scope="col">{t("when")}</th>
            <th scope="col">{t("success")}</th>
            <th scope="col">{t("failed")}</th>
          </tr>
        </thead>
        <tbody>
          {bars.map((bar) => (
            <tr key={bar.from}>
              <th scope="row">{nameOf(bar)}</th>
              <td>{bar.success}</td>
              <td>{bar.failed}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}

function axisName(bar: Counted | undefined, unit: "hours" | "days", zone: string): string {
  const text = formatInstant(bar?.from, zone);
  return unit === "hours" ? text.slice(11, 16) : text.slice(5, 10);
}
