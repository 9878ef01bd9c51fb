import { lazy, Suspense } from "react";
import { home as en } from "@/i18n/en/home";
import { useText } from "@/i18n/text";
import { Failures } from "./failures";
import { Health } from "./health";
import { Hold } from "./hold";
import { Late } from "./late";
import { NextRuns } from "./next-runs";
import { Running } from "./running";
import { Trends } from "./trends";

/** Only where the examples are, and until it is ticked off. */
const FirstMinute = lazy(async () => ({
  default: (await import("@/features/first-minute/checklist")).FirstMinute,
}));

/** What one wants to know at three in the morning, the worst first. */
export function HomePage() {
  const t = useText("home", en);
  return (
    <>
      <title>{`${t("title")} · Weft`}</title>
      <div className="mb-2 flex flex-wrap items-center gap-2">
        <h1 className="text-lg font-semibold">{t("title")}</h1>
        <span className="flex-1" />
        <Hold />
      </div>
      <Suspense fallback={null}>
        <FirstMinute />
      </Suspense>
      <Health />
      <div className="grid gap-3 lg:grid-cols-[minmax(0,2fr)_minmax(0,1fr)]">
        <div className="flex min-w-0 flex-col gap-3">
          <Failures />
          <Late />
        </div>
        <div className="flex min-w-0 flex-col gap-3">
          <Trends />
          <Running />
          <NextRuns />
        </div>
      </div>
    </>
  );
}
