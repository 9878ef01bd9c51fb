import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { type DagVersion, versionSourceQuery, versionsQuery } from "@/api/dag-queries";
import { Pages } from "@/components/controls";
import { Empty, Show } from "@/components/feedback";
import { Instant } from "@/components/time";
import { dagCode as en } from "@/i18n/en/dagCode";
import { useText } from "@/i18n/text";
import { versionsSearch } from "@/lib/search-dag";
import { DiffView } from "./diff-view";

const route = getRouteApi("/signed-in/dags/$dagId/versions");

export function VersionsPage() {
  const { dagId } = route.useParams();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const t = useText("dagCode", en);
  const page = search.page ?? 1;
  const versions = useQuery(versionsQuery(dagId, page));
  return (
    <Show query={versions} what={t("loadingVersions")}>
      {(data) => {
        const [newest, before] = data.dag_versions;
        const b = search.b ?? newest?.version_number;
        const a = search.a ?? before?.version_number;
        return (
          <>
            <div className="panel mb-2 max-h-72 overflow-auto">
              {newest ? (
                <VersionTable versions={data.dag_versions} first={page === 1} a={a} b={b} />
              ) : (
                <Empty>{t("versionsNone")}</Empty>
              )}
            </div>
            <Pages
              page={page}
              size={100}
              total={data.total_entries}
              what={(count) => t("versions", { count })}
              onPage={(next) => void navigate({ search: (old) => ({ ...old, page: next }) })}
            />
            {a === undefined || b === undefined ? (
              newest ? (
                <p className="p-2 text-muted">{t("versionsOne")}</p>
              ) : null
            ) : a === b ? (
              <p className="p-2 text-muted">{t("diffSame")}</p>
            ) : (
              <Diff a={a} b={b} />
            )}
          </>
        );
      }}
    </Show>
  );
}

function VersionTable({
  versions,
  first,
  a,
  b,
}: {
  versions: readonly DagVersion[];
  first: boolean;
  a: number | undefined;
  b: number | undefined;
}) {
  const { dagId } = route.useParams();
  const navigate = route.useNavigate();
  const t = useText("dagCode", en);
  const choose = (side: "a" | "b", number: number) =>
    void navigate({
      search: (old) => versionsSearch({ ...old, a, b, [side]: number }),
      replace: true,
      resetScroll: false,
    });
  return (
    <table className="grid-table">
      <thead>
        <tr>
          <th scope="col">{t("left")}</th>
          <th scope="col">{t("right")}</th>
          <th scope="col">{t("version")}</th>
          <th scope="col">{t("created")}</th>
          <th scope="col">{t("showCode")}</th>
        </tr>
      </thead>
      <tbody>
        {versions.map((version, index) => {
          const number = version.version_number;
          return (
            <tr key={version.id}>
              {(["a", "b"] as const).map((side) => (
                <td key={side}>
                  <input
                    type="radio"
                    name={`side-${side}`}
                    aria-label={`${t(side === "a" ? "left" : "right")}: ${t("numberOf", { number })}`}
                    checked={(side === "a" ? a : b) === number}
                    onChange={() => choose(side, number)}
                  />
                </td>
              ))}
              <td>
                {number}
                {first && index === 0 ? <span className="chip ml-2">{t("active")}</span> : null}
              </td>
              <td>
                <Instant at={version.created_at} />
              </td>
              <td>
                <Link
                  to="/dags/$dagId/code"
                  params={{ dagId }}
                  search={{ version: number }}
                  className="link"
                >
                  {t("showCode")}
                </Link>
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

function Diff({ a, b }: { a: number; b: number }) {
  const { dagId } = route.useParams();
  const { whole } = route.useSearch();
  const navigate = route.useNavigate();
  const t = useText("dagCode", en);
  const left = useQuery(versionSourceQuery(dagId, a));
  const right = useQuery(versionSourceQuery(dagId, b));
  return (
    <section aria-label={t("diffOf", { a, b })}>
      <div className="mb-1 flex flex-wrap items-center gap-3">
        <h2 className="font-semibold">{t("diffOf", { a, b })}</h2>
        <button
          type="button"
          className="button"
          onClick={() =>
            void navigate({
              search: (old) => ({ ...old, whole: whole ? undefined : 1 }),
              replace: true,
              resetScroll: false,
            })
          }
        >
          {t(whole ? "changesOnly" : "allLines")}
        </button>
      </div>
      <Show query={left} what={t("loadingSource")}>
        {(before) => (
          <Show query={right} what={t("loadingSource")}>
            {(after) => (
              <DiffView
                label={t("diffLabel", { a, b })}
                before={before.content ?? ""}
                after={after.content ?? ""}
                whole={whole === 1}
              />
            )}
          </Show>
        )}
      </Show>
    </section>
  );
}
