import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { type Connection, connectionListQuery, LIST_SIZE } from "@/api/admin";
import { Show } from "@/components/feedback";
import { admin } from "@/i18n/en/admin";
import { connections as en } from "@/i18n/en/connections";
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
import { ConnectionForm, DeleteConnection } from "./connection-dialogs";

const route = getRouteApi("/signed-in/connections");

export function ConnectionsPage() {
  const t = useText("connections", en);
  const a = useText("admin", admin);
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const lack = useLack("editor");
  const connections = useQuery(connectionListQuery(search));
  const dialog = useDialog<"edit" | "delete", Connection | undefined>();
  const filter = (change: ListSearch, replace = false) =>
    void navigate({ search: (old) => ({ ...old, page: undefined, ...change }), replace });
  const sorting = { sort: search.sort, onSort: (sort: string | undefined) => filter({ sort }) };
  const item = dialog.open?.item;
  return (
    <>
      <ListHead
        title={t("title")}
        actions={
          <Action kind="button-primary" needs={lack} onClick={() => dialog.show("edit", undefined)}>
            {t("add")}
          </Action>
        }
      >
        <SearchBox
          hotkey
          label={t("search")}
          value={search.q ?? ""}
          onChange={(q) => filter({ q }, true)}
        />
      </ListHead>
      <p className="mb-2 text-muted">{t("where")}</p>
      <Show query={connections} what={t("what")}>
        {(data) => (
          <>
            <div className="panel overflow-x-auto">
              {data.connections.length === 0 && search.q ? (
                <NoMatch onClear={() => filter({ q: undefined })} />
              ) : data.connections.length === 0 ? (
                <NothingYet
                  text={t("empty")}
                  cli="weft connections add erp --conn-type http --conn-host erp.example.com --conn-login etl --password-stdin"
                />
              ) : (
                <table className="grid-table">
                  <thead>
                    <tr>
                      <Sorted column="connection_id" {...sorting}>
                        {t("id")}
                      </Sorted>
                      <Sorted column="conn_type" {...sorting}>
                        {t("type")}
                      </Sorted>
                      <Sorted column="host" {...sorting} className="max-sm:hidden">
                        {t("host")}
                      </Sorted>
                      <th scope="col" className="max-md:hidden">
                        {t("login")}
                      </th>
                      <th scope="col" className="max-md:hidden">
                        {t("password")}
                      </th>
                      <th scope="col" className="max-md:hidden">
                        {t("allowed")}
                      </th>
                      <th scope="col">
                        <span className="sr-only">{a("actions")}</span>
                      </th>
                    </tr>
                  </thead>
                  <tbody>
                    {data.connections.map((one) => (
                      <Row
                        key={one.connection_id}
                        connection={one}
                        allowed={one.allowed_dags.join(", ") || t("allowedAll")}
                      >
                        <Action
                          label={`${a("edit")}: ${one.connection_id}`}
                          needs={lack}
                          onClick={() => dialog.show("edit", one)}
                        >
                          {a("edit")}
                        </Action>
                        <Action
                          kind="button-danger"
                          label={`${a("remove")}: ${one.connection_id}`}
                          needs={lack}
                          onClick={() => dialog.show("delete", one)}
                        >
                          {a("remove")}
                        </Action>
                      </Row>
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
        <ConnectionForm connection={item} onClose={dialog.close} />
      ) : null}
      {dialog.open?.kind === "delete" && item ? (
        <DeleteConnection connection={item} onClose={dialog.close} />
      ) : null}
    </>
  );
}

function Row({
  connection,
  allowed,
  children,
}: {
  connection: Connection;
  allowed: string;
  children: React.ReactNode;
}) {
  const place = [connection.host, connection.port].filter((part) => part !== null).join(":");
  return (
    <tr>
      <th scope="row" className="max-w-72 min-w-32 break-words !whitespace-normal !text-ink">
        {connection.connection_id}
        {connection.description ? (
          <div className="font-normal text-muted">{connection.description}</div>
        ) : null}
      </th>
      <td>{connection.conn_type}</td>
      <td className="break-all max-sm:hidden">
        {place}
        {connection.schema ? `/${connection.schema}` : ""}
      </td>
      <td className="break-all max-md:hidden">{connection.login}</td>
      <td className="font-mono max-md:hidden">{connection.password}</td>
      <td className="max-w-56 break-all max-md:hidden">{allowed}</td>
      <td className="text-right whitespace-nowrap">
        <span className="inline-flex gap-1">{children}</span>
      </td>
    </tr>
  );
}
