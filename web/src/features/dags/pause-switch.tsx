import { useMay } from "@/api/rights";
import { Switch } from "@/components/controls";
import { common } from "@/i18n/en/common";
import { dags as en } from "@/i18n/en/dags";
import { useText } from "@/i18n/text";
import { usePause } from "./use-pause";

export function PauseSwitch({
  dagId,
  paused,
  tags = [],
}: {
  dagId: string;
  paused: boolean;
  tags?: readonly string[];
}) {
  const t = useText("dags", en);
  const c = useText("common", common);
  const may = useMay("operator", { dagId, tags });
  const change = usePause();
  const shown = change.isPending ? change.variables.paused : paused;
  const label = t(shown ? "unpauseDag" : "pauseDag", { dag: dagId });
  return (
    <>
      <Switch
        checked={!shown}
        label={label}
        title={may ? label : c("needsRole", { role: "operator" })}
        disabled={change.isPending || !may}
        onChange={(active) => change.mutate({ dagId, paused: !active })}
      />
      {change.isError ? (
        <span role="alert" className="block text-bad">
          {change.error.message}
        </span>
      ) : null}
    </>
  );
}
