import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { LIST_SIZE, type Variable, variableListQuery } from "@/api/admin";
import { Show } from "@/components/feedback";
import { admin } from "@/i18n/en/admin";
import { variables as en } from "@/i18n/en/variables";
import { useText } from "@/i18n/text";
import type { ListSearch } from "@/lib/search-system";
import { Action } from "../admin/action";
import {
  ListHead,
  NoMatch,
  NothingYet,
  Paging,
  ListSearch as SearchBox,
  Sorted,
} from "../admin/list";
import { useDialog, useLack } from "../admin/use-list";
import { ExportVariables } from "./export-variables";
import { ImportVariables } from "./import-variables";
import { DeleteVariable, VariableForm } from "./variable-dialogs";

const route = getRouteApi("/signed-in/variables");

export function VariablesPage() {
  const t = useText("variables", en);
  const a = useText("admin", admin);
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const lack = useLack("editor");
  const variables = useQuery(variableListQuery(search));
  const dialog = useDialog<"edit" | "delete" | "import", Variable | undefined>();
  const filter = (change: ListSearch, replace = false) =>
    void navigate({ search: (old) => ({ ...old, page: undefined, ...change }), replace });
  const item = dialog.open?.item;
  return (
    <>
      <ListHead
        title={t("title")}
        actions={
          <>
            <ExportVariables q={search.q} />
            <Action needs={lack} onClick={() => dialog.show("import", undefined)}>
              {t("importIt")}
            </Action>
            <Action
              kind="button-primary"
              needs={lack}
              onClick={() => dialog.show("edit", undefined)}
            >
              {t("add")}
            </Action>
          </>
        }
      >
        <SearchBox
          hotkey
          label={t("search")}
          value={search.q ?? ""}
          onChange={(q) => filter({ q }, true)}
        />
      </ListHead>
      <Show query={variables} what={t("what")}>
        {(data) => (
          <>
            <div className="panel overflow-x-auto">
              {data.variables.length === 0 && search.q ? (
                <NoMatch onClear={() => filter({ q: undefined })} />
              ) : data.variables.length === 0 ? (
                <NothingYet text={t("empty")} cli="weft variables set region eu-central" />
              ) : (
                <table className="grid-table">
                  <thead>
                    <tr>
                      <Sorted column="key" sort={search.sort} onSort={(sort) => filter({ sort })}>
                        {t("key")}
                      </Sorted>
                      <th scope="col">{t("value")}</th>
                      <Sorted
                        column="description"
                        sort={search.sort}
                        onSort={(sort) => filter({ sort })}
                        className="max-md:hidden"
                      >
                        {a("description")}
                      </Sorted>
                      <th scope="col">
                        <span className="sr-only">{a("actions")}</span>
                      </th>
                    </tr>
                  </thead>
                  <tbody>
                    {data.variables.map((variable) => (
                      <tr key={variable.key}>
                        <th
                          scope="row"
                          className="max-w-72 font-mono break-all !whitespace-normal !text-ink"
                        >
                          {variable.key}
                        </th>
                        <td className="max-w-96">
                          <Value variable={variable} secret={t("secret")} />
                        </td>
                        <td className="max-w-96 break-words max-md:hidden">
                          {variable.description}
                        </td>
                        <td className="text-right whitespace-nowrap">
                          <span className="inline-flex gap-1">
                            <Action
                              label={`${a("edit")}: ${variable.key}`}
                              needs={lack}
                              onClick={() => dialog.show("edit", variable)}
                            >
                              {a("edit")}
                            </Action>
                            <Action
                              kind="button-danger"
                              label={`${a("remove")}: ${variable.key}`}
                              needs={lack}
                              onClick={() => dialog.show("delete", variable)}
                            >
                              {a("remove")}
                            </Action>
                          </span>
                        </td>
                      </tr>
                    ))}
                  </tbody>
                </table>
              )}
            </div>
            <Paging
              page={search.page ?? 1}
              size={LIST_SIZE}
              total={data.total_entries}
              what={t("count", { count: data.total_entries })}
              onPage={(page) => void navigate({ search: (old) => ({ ...old, page }) })}
            />
          </>
        )}
      </Show>
      {dialog.open?.kind === "edit" ? (
        <VariableForm variable={item} onClose={dialog.close} />
      ) : null}
      {dialog.open?.kind === "import" ? <ImportVariables onClose={dialog.close} /> : null}
      {dialog.open?.kind === "delete" && item ? (
        <DeleteVariable variable={item} onClose={dialog.close} />
      ) : null}
    </>
  );
}

function Value({ variable, secret }: { variable: Variable; secret: string }) {
  if (variable.is_secret) {
    return (
      <span className="whitespace-nowrap">
        <span className="font-mono">***</span>{" "}
        <span className="rounded bg-raised px-1 text-muted">{secret}</span>
      </span>
    );
  }
  return (
    <span className="block truncate font-mono text-xs" title={variable.value.slice(0, 2000)}>
      {variable.value}
    </span>
  );
}
