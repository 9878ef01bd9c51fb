import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useState } from "react";
import { importListQuery, LIST_SIZE } from "@/api/admin";
import type { ImportError } from "@/api/types";
import { CopyCurl } from "@/components/copy-curl";
import { Show } from "@/components/feedback";
import { Instant } from "@/components/time";
import { imports as en } from "@/i18n/en/imports";
import { type Text, useText } from "@/i18n/text";
import { findingsOf } from "@/lib/findings";
import type { ListSearch } from "@/lib/search-system";
import { Cli } from "../admin/cli";
import { ListHead, NoMatch, NothingYet, Paging, ListSearch as SearchBox } from "../admin/list";
import { CheckFile } from "./check-file";
import { Findings } from "./findings";

/** In the command line, which is to be read. */
const FILES_SHOWN = 5;
const route = getRouteApi("/signed-in/import-errors");

export function ImportErrorsPage() {
  const t = useText("imports", en);
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const errors = useQuery(importListQuery(search));
  const [checked, setChecked] = useState<string | undefined>();
  const filter = (change: ListSearch, replace = false) =>
    void navigate({ search: (old) => ({ ...old, page: undefined, ...change }), replace });
  return (
    <>
      <ListHead
        title={t("title")}
        actions={<CopyCurl call={{ method: "GET", path: "/api/v2/importErrors" }} />}
      >
        <SearchBox
          hotkey
          label={t("search")}
          value={search.q ?? ""}
          onChange={(q) => filter({ q }, true)}
        />
      </ListHead>
      <Show query={errors} what={t("what")}>
        {(data) => (
          <>
            {data.import_errors.length === 0 && search.q ? (
              <div className="panel">
                <NoMatch onClear={() => filter({ q: undefined })} />
              </div>
            ) : data.import_errors.length === 0 ? (
              <div className="panel">
                <NothingYet text={t("none")} cli="weft validate DAGS-FOLDER" />
              </div>
            ) : (
              <ul className="flex flex-col gap-3">
                {data.import_errors.map((error) => (
                  <Broken
                    key={error.import_error_id}
                    error={error}
                    t={t}
                    onCheck={() => setChecked(error.filename)}
                  />
                ))}
              </ul>
            )}
            {data.import_errors.length > 0 ? (
              <>
                <p className="mt-2 text-muted">{t("since")}</p>
                <Cli
                  lines={`weft validate ${data.import_errors
                    .slice(0, FILES_SHOWN)
                    .map(({ filename }) => filename)
                    .join(" ")}`}
                />
                <Paging
                  page={search.page ?? 1}
                  size={LIST_SIZE}
                  total={data.total_entries}
                  what={t("count", { count: data.total_entries })}
                  onPage={(page) => void navigate({ search: (old) => ({ ...old, page }) })}
                />
              </>
            ) : null}
          </>
        )}
      </Show>
      <CheckFile key={checked} name={checked} />
    </>
  );
}

function Broken({
  error,
  t,
  onCheck,
}: {
  error: ImportError;
  t: Text<typeof en>;
  onCheck: () => void;
}) {
  const findings = findingsOf(error);
  const hasLines = findings.some((finding) => finding.excerpt);
  return (
    <li className="panel p-3">
      <div className="flex flex-wrap items-baseline gap-x-3">
        <h2 className="font-semibold break-all">{error.filename}</h2>
        <span className="text-muted">
          {error.bundle_name} · {t("findings", { count: findings.length })} · {t("found")}{" "}
          <Instant at={error.timestamp} relative />
        </span>
        <span className="flex-1" />
        {error.dag_id ? (
          <Link to="/dags/$dagId" params={{ dagId: error.dag_id }} className="link">
            {error.dag_id}
          </Link>
        ) : null}
        {hasLines ? null : (
          <button type="button" className="button" onClick={onCheck}>
            {t("seeLine")}
          </button>
        )}
      </div>
      <Findings findings={findings} />
    </li>
  );
}
