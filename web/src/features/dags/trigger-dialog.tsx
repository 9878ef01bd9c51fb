import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense } from "react";
import { dagQuery } from "@/api/queries";
import { Dialog } from "@/components/dialog";
import { ActionError, Loading } from "@/components/feedback";
import { trigger as en } from "@/i18n/en/trigger";
import { useText } from "@/i18n/text";

// The list of DAGs is the first page that people load, and the form is what they open at times.
const TriggerForm = lazy(async () => ({ default: (await import("./trigger-form")).TriggerForm }));

export function TriggerDialog({
  dagId,
  conf,
  onClose,
}: {
  dagId: string;
  /** The values of the run that is done again; the defaults when it is none. */
  conf?: object;
  onClose: () => void;
}) {
  const t = useText("trigger", en);
  const dag = useQuery(dagQuery(dagId));
  const loading = <Loading what={t("params")} />;
  return (
    <Dialog title={t(conf ? "rerun" : "title", { dag: dagId })} onClose={onClose} wide>
      {dag.data ? (
        <Suspense fallback={loading}>
          <TriggerForm dag={dag.data} conf={conf} onClose={onClose} />
        </Suspense>
      ) : dag.isPending ? (
        loading
      ) : (
        <ActionError error={dag.error} />
      )}
    </Dialog>
  );
}
