import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useMemo } from "react";
import { dagSchemaQuery, versionSourceQuery, versionsQuery } from "@/api/dag-queries";
import { dagQuery } from "@/api/queries";
import { importErrorsQuery } from "@/api/system-queries";
import { Select } from "@/components/controls";
import { Empty, Show } from "@/components/feedback";
import { dagCode as en } from "@/i18n/en/dagCode";
import { useText } from "@/i18n/text";
import { helpFor } from "@/lib/dag/dag-schema";
import { type ImportMark, markedLine, readImportError } from "@/lib/dag/import-marks";
import { readSource } from "@/lib/dag/jsonc";
import { errorsOfFile } from "@/lib/import-errors";
import { CodeText } from "./code-text";
import { KeyHelpPanel } from "./key-help";

const route = getRouteApi("/signed-in/dags/$dagId/code");

export function CodePage() {
  const { dagId } = route.useParams();
  const { version } = route.useSearch();
  const source = useQuery(versionSourceQuery(dagId, version));
  const t = useText("dagCode", en);
  return (
    <>
      <VersionPicker />
      <Show query={source} what={t("loadingSource")}>
        {(data) =>
          data.content ? (
            <CodeView text={data.content} version={data.version_number ?? null} />
          ) : (
            <div className="panel">
              <Empty>{t("noText")}</Empty>
            </div>
          )
        }
      </Show>
    </>
  );
}

function VersionPicker() {
  const { dagId } = route.useParams();
  const { version } = route.useSearch();
  const navigate = route.useNavigate();
  const t = useText("dagCode", en);
  const versions = useQuery(versionsQuery(dagId)).data?.dag_versions ?? [];
  const active = useQuery(dagQuery(dagId)).data?.latest_dag_version?.version_number;
  const known = versions.some((one) => one.version_number === version);
  return (
    <div className="mb-2 flex flex-wrap items-center gap-3">
      <Select
        label={t("version")}
        value={version === undefined ? "" : String(version)}
        options={[
          ["", active === undefined ? t("newest") : `${t("newest")} (${active})`],
          ...(version !== undefined && !known
            ? [[String(version), t("numberOf", { number: version })] as const]
            : []),
          ...versions.map(
            (one) =>
              [String(one.version_number), t("numberOf", { number: one.version_number })] as const,
          ),
        ]}
        onChange={(value) =>
          void navigate({ search: { version: value ? Number(value) : undefined } })
        }
      />
      {version !== undefined && active !== undefined && version !== active ? (
        <>
          <span className="chip">{t("notActive", { version, active })}</span>
          <Link
            to="/dags/$dagId/versions"
            params={{ dagId }}
            search={{ a: version, b: active }}
            className="link"
          >
            {t("compare")}
          </Link>
        </>
      ) : null}
    </div>
  );
}

function CodeView({ text, version }: { text: string; version: number | null }) {
  const { dagId } = route.useParams();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const t = useText("dagCode", en);
  const schema = useQuery(dagSchemaQuery());
  const source = useMemo(() => readSource(text), [text]);
  const marks = useImportMarks(dagId, search.version === undefined);
  const marked = useMemo(() => {
    const lines = new Map<number, ImportMark[]>();
    for (const mark of marks) {
      const line = markedLine(source, mark);
      if (line !== null) lines.set(line, [...(lines.get(line) ?? []), mark]);
    }
    return lines;
  }, [source, marks]);
  const help = useMemo(
    () =>
      search.key
        ? helpFor(schema.data, search.key, (pointer) => source.scalars.get(pointer))
        : null,
    [schema.data, search.key, source],
  );
  const choose = (key: string | undefined, line?: number) =>
    void navigate({
      search: (old) => ({ ...old, key, line }),
      replace: true,
      resetScroll: false,
    });
  const keyLine = search.key ? source.lineOf.get(search.key) : undefined;
  return (
    <>
      {marks.length > 0 ? (
        <Errors
          marks={marks}
          version={version}
          lineOf={(mark) => markedLine(source, mark)}
          onChoose={(line) => choose(undefined, line + 1)}
        />
      ) : null}
      <div className="flex items-start gap-3 max-lg:flex-col-reverse max-lg:items-stretch">
        <CodeText
          label={t("source", { dag: dagId })}
          source={source}
          marked={marked}
          chosenKey={search.key}
          shownLine={search.line !== undefined ? search.line - 1 : keyLine}
          onKey={(key) => choose(key === search.key ? undefined : key)}
          onLine={(line) => choose(search.key, line + 1)}
        />
        <KeyHelpPanel
          pointer={search.key}
          help={help}
          known={schema.data !== undefined}
          onClose={() => choose(undefined)}
        />
      </div>
    </>
  );
}

/** Of the newest text of this DAG's file; shown with the version that is active. */
function useImportMarks(dagId: string, wanted: boolean): readonly ImportMark[] {
  const dag = useQuery(dagQuery(dagId));
  const broken = wanted && (dag.data?.has_import_errors ?? false);
  const errors = useQuery({ ...importErrorsQuery(), enabled: broken });
  return useMemo(() => {
    if (!broken || !dag.data) return [];
    return errorsOfFile(errors.data?.import_errors ?? [], dag.data).flatMap((error) =>
      readImportError(error.stack_trace),
    );
  }, [broken, dag.data, errors.data]);
}

function Errors({
  marks,
  version,
  lineOf,
  onChoose,
}: {
  marks: readonly ImportMark[];
  version: number | null;
  lineOf: (mark: ImportMark) => number | null;
  onChoose: (line: number) => void;
}) {
  const t = useText("dagCode", en);
  return (
    <section className="mb-3 rounded-md border border-bad bg-bad-panel p-3">
      <h2 className="font-semibold">{t("errors", { count: marks.length })}</h2>
      <p>{t("errorsNote", { version: version ?? "?" })}</p>
      <ul className="mt-1">
        {marks.map((mark) => {
          const line = lineOf(mark);
          return (
            <li key={`${mark.line} ${mark.column} ${mark.message}`} className="break-words">
              {mark.path ? <code className="font-mono">{mark.path}: </code> : null}
              {mark.message}{" "}
              <span className="text-muted">
                ({t("errorAt", { line: mark.line, column: mark.column })})
              </span>{" "}
              {line === null ? null : (
                <button type="button" className="link underline" onClick={() => onChoose(line)}>
                  → {t("position", { line: line + 1 })}
                </button>
              )}
            </li>
          );
        })}
      </ul>
    </section>
  );
}
