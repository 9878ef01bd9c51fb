import { Command } from "cmdk";
import { useMay } from "@/api/rights";
import type { Dag } from "@/api/types";
import { usePause } from "@/features/dags/use-pause";
import { common } from "@/i18n/en/common";
import { palette as en } from "@/i18n/en/palette";
import { useText } from "@/i18n/text";
import { paletteGroup, paletteItem } from "./palette-style";

type Verb = "trigger" | "pause" | "unpause";

/** What may be done with these DAGs; `only`: this. */
export function DagActions({
  dags,
  only,
  onClose,
  onTrigger,
}: {
  dags: readonly Dag[];
  only?: Verb;
  onClose: () => void;
  onTrigger: (dagId: string) => void;
}) {
  const t = useText("palette", en);
  const pause = usePause();
  const shown =
    only === "pause" || only === "unpause"
      ? dags.filter((dag) => dag.is_paused === (only === "unpause"))
      : dags;
  if (shown.length === 0) return null;
  return (
    <Command.Group heading={t("actions")} className={paletteGroup}>
      {shown.flatMap((dag) => [
        only === undefined || only === "trigger" ? (
          <DagAction
            key={`trigger ${dag.dag_id}`}
            dag={dag}
            id="trigger"
            label={t("triggerDag", { dag: dag.dag_id })}
            // It closes the palette by opening its own dialog.
            run={() => onTrigger(dag.dag_id)}
          />
        ) : null,
        only === "trigger" ? null : (
          <DagAction
            key={`pause ${dag.dag_id}`}
            dag={dag}
            id="pause"
            label={t(dag.is_paused ? "unpauseDag" : "pauseDag", { dag: dag.dag_id })}
            run={() => {
              onClose();
              pause.mutate({ dagId: dag.dag_id, paused: !dag.is_paused });
            }}
          />
        ),
      ])}
    </Command.Group>
  );
}

function DagAction({
  dag,
  id,
  label,
  run,
}: {
  dag: Dag;
  id: string;
  label: string;
  run: () => void;
}) {
  const c = useText("common", common);
  const may = useMay("operator", { dagId: dag.dag_id, tags: dag.tags.map((tag) => tag.name) });
  return (
    <Command.Item
      value={`${id} ${dag.dag_id}`}
      disabled={!may}
      className={`${paletteItem} data-[disabled=true]:text-muted`}
      onSelect={run}
    >
      <span className="truncate">{label}</span>
      {may ? null : (
        <span className="ml-auto shrink-0">{c("needsRole", { role: "operator" })}</span>
      )}
    </Command.Item>
  );
}
