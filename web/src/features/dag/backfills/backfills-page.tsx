import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { lazy, Suspense } from "react";
import { backfillsQuery } from "@/api/dag-queries";
import { dagQuery, PAGE_SIZE } from "@/api/queries";
import { useMay } from "@/api/rights";
import { Pages } from "@/components/controls";
import { Empty, Show } from "@/components/feedback";
import { GuardedButton } from "@/components/guarded-button";
import { backfills as en } from "@/i18n/en/backfills";
import { useText } from "@/i18n/text";
import { overOf } from "../over";
import { BackfillTable } from "./backfill-table";

const route = getRouteApi("/signed-in/dags/$dagId/backfills");

const BackfillWizard = lazy(async () => ({
  default: (await import("./backfill-wizard")).BackfillWizard,
}));

export function BackfillsPage() {
  const { dagId } = route.useParams();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const t = useText("backfills", en);
  const page = search.page ?? 1;
  const list = useQuery(backfillsQuery(dagId, page));
  const dag = useQuery(dagQuery(dagId));
  const over = dag.data ? overOf(dag.data) : { dagId, tags: [] };
  const may = useMay("operator", over);
  const setNew = (on: boolean) =>
    void navigate({ search: (old) => ({ ...old, new: on ? 1 : undefined }), replace: true });
  return (
    <>
      <div className="mb-2 flex items-center gap-2">
        <GuardedButton
          needs="operator"
          over={over}
          className="button-primary"
          onClick={() => setNew(true)}
        >
          {t("new")}
        </GuardedButton>
      </div>
      <Show query={list} what={t("runsOf")}>
        {(data) => (
          <>
            <div className="panel overflow-x-auto">
              {data.backfills.length === 0 ? (
                <Empty>{t("empty")}</Empty>
              ) : (
                <BackfillTable backfills={data.backfills} may={may} />
              )}
            </div>
            <Pages
              page={page}
              size={PAGE_SIZE}
              total={data.total_entries}
              what={(count) => t("total", { count })}
              onPage={(next) => void navigate({ search: (old) => ({ ...old, page: next }) })}
            />
          </>
        )}
      </Show>
      {search.new && may ? (
        <Suspense fallback={null}>
          <BackfillWizard dagId={dagId} onClose={() => setNew(false)} />
        </Suspense>
      ) : null}
    </>
  );
}
