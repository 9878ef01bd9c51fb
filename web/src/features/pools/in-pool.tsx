import { useQuery } from "@tanstack/react-query";
import { poolInstancesQuery } from "@/api/admin";
import { Show } from "@/components/feedback";
import { pools as en } from "@/i18n/en/pools";
import { useText } from "@/i18n/text";
import { Instances } from "../admin/instances";

/** What holds the slots of a pool, and what waits for one. */
export function InPool({ name }: { name: string }) {
  const t = useText("pools", en);
  const instances = useQuery(poolInstancesQuery(name));
  return (
    <section aria-label={t("inPool", { name })} className="mt-3">
      <h2 className="mb-1 font-semibold break-all">{t("inPool", { name })}</h2>
      <Show query={instances} what={t("inPool", { name })}>
        {(data) => (
          <div className="panel overflow-x-auto">
            {data.task_instances.length === 0 ? (
              <p className="p-4 text-muted">{t("inPoolNone")}</p>
            ) : (
              <Instances instances={data.task_instances} slots />
            )}
            {data.task_instances.length < data.total_entries ? (
              <p className="px-3 py-1 text-muted">
                {t("inPoolMore", {
                  shown: data.task_instances.length,
                  total: data.total_entries,
                })}
              </p>
            ) : null}
          </div>
        )}
      </Show>
    </section>
  );
}
