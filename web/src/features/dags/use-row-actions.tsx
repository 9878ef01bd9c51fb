import { useQuery } from "@tanstack/react-query";
import { lazy, type ReactNode, Suspense, useMemo, useState } from "react";
import { meQuery } from "@/api/rights";
import { ActionError } from "@/components/feedback";
import type { RowActions } from "./dag-row";
import { usePause } from "./use-pause";

const TriggerDialog = lazy(async () => ({
  default: (await import("./trigger-dialog")).TriggerDialog,
}));

/** What the rows of the list do, once for all of them, and the dialog or error of it. */
export function useRowActions(): { actions: RowActions; dialog: ReactNode } {
  const me = useQuery(meQuery()).data;
  const { mutate, variables, isPending, error } = usePause();
  const [triggered, setTriggered] = useState<string | null>(null);
  const pausing = isPending ? variables.dagId : undefined;
  const actions = useMemo(
    () => ({
      me,
      pausing,
      pause: (dagId: string, paused: boolean) => mutate({ dagId, paused }),
      trigger: setTriggered,
    }),
    [me, pausing, mutate],
  );
  const dialog = (
    <>
      <ActionError error={error} />
      {triggered === null ? null : (
        <Suspense>
          <TriggerDialog dagId={triggered} onClose={() => setTriggered(null)} />
        </Suspense>
      )}
    </>
  );
  return { actions, dialog };
}
