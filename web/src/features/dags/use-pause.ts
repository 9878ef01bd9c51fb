import { useSetPaused } from "@/api/actions";
import { dags as en } from "@/i18n/en/dags";
import { useText } from "@/i18n/text";
import type { Call } from "@/lib/curl";
import { notice } from "@/lib/notice";

export function pauseCall(dagId: string, paused: boolean): Call {
  return {
    method: "PATCH",
    path: `/api/v2/dags/${encodeURIComponent(dagId)}`,
    body: { is_paused: paused },
  };
}

/** Pauses and unpauses, and tells of it with the way back: also when its page is gone by then. */
export function usePause() {
  const t = useText("dags", en);
  const change = useSetPaused(({ dagId, paused }) =>
    notice.set({
      text: t(paused ? "didPause" : "didUnpause", { dag: dagId }),
      call: pauseCall(dagId, paused),
      undo: () => change.mutate({ dagId, paused: !paused }),
    }),
  );
  return change;
}
