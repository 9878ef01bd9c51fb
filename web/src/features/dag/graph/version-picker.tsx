import { useQuery } from "@tanstack/react-query";
import { versionsQuery } from "@/api/dag-queries";
import { dagQuery } from "@/api/queries";
import { Select } from "@/components/controls";
import { dagGraph as en } from "@/i18n/en/dagGraph";
import { useText } from "@/i18n/text";

/** Which version's graph is drawn: that of the shown run unless somebody chose another one. */
export function VersionPicker({
  dagId,
  chosen,
  ofRun,
  shown,
  onChoose,
}: {
  dagId: string;
  chosen: number | undefined;
  /** Of the run whose states are shown. */
  ofRun: number | undefined;
  shown: number | undefined;
  onChoose: (version: number | undefined) => void;
}) {
  const t = useText("dagGraph", en);
  const versions = useQuery(versionsQuery(dagId));
  const active = useQuery(dagQuery(dagId)).data?.latest_dag_version?.version_number;
  const numbers = new Set(versions.data?.dag_versions.map((one) => one.version_number));
  // One too old for the list, which a link named.
  if (chosen !== undefined) numbers.add(chosen);
  const name = (version: number) =>
    t(version === active ? "versionActive" : "version", { version });
  const usual = ofRun ?? active;
  return (
    <>
      <Select
        label={t("versionShown")}
        value={chosen === undefined ? "" : String(chosen)}
        options={[
          ["", usual === undefined ? t("versionOfRun") : `${t("versionOfRun")} · ${name(usual)}`],
          ...[...numbers]
            .sort((a, b) => b - a)
            .map((version) => [String(version), name(version)] as const),
        ]}
        onChange={(version) => onChoose(version ? Number(version) : undefined)}
      />
      {active !== undefined && shown !== undefined && shown !== active ? (
        <span className="text-muted">
          {t("otherActive", { version: active })}{" "}
          <button
            type="button"
            className="link"
            onClick={() => onChoose(ofRun === active ? undefined : active)}
          >
            {t("showActive")}
          </button>
        </span>
      ) : null}
    </>
  );
}
