import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { LIST_SIZE, type User, userListQuery } from "@/api/admin";
import { useMay } from "@/api/rights";
import { Show } from "@/components/feedback";
import { Instant } from "@/components/time";
import { admin } from "@/i18n/en/admin";
import { users as en } from "@/i18n/en/users";
import { type Text, useText } from "@/i18n/text";
import type { ListSearch } from "@/lib/search-system";
import { Action, PageNeeds } from "../admin/action";
import { ListHead, NoMatch, Paging, ListSearch as SearchBox, Sorted } from "../admin/list";
import { useDialog } from "../admin/use-list";
import { Roles } from "./roles";
import { DeleteUser, ResetPassword, UserForm } from "./user-dialogs";

const route = getRouteApi("/signed-in/users");

export function UsersPage() {
  const t = useText("users", en);
  const may = useMay("admin");
  if (may) return <UserList t={t} />;
  return (
    <>
      <ListHead title={t("title")} />
      <PageNeeds needed="admin" />
      <Roles />
    </>
  );
}

type Words = Text<typeof en>;

function UserList({ t }: { t: Words }) {
  const a = useText("admin", admin);
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const users = useQuery(userListQuery(search));
  const dialog = useDialog<"edit" | "delete" | "password", User | undefined>();
  const filter = (change: ListSearch, replace = false) =>
    void navigate({ search: (old) => ({ ...old, page: undefined, ...change }), replace });
  const sorting = { sort: search.sort, onSort: (sort: string | undefined) => filter({ sort }) };
  const item = dialog.open?.item;
  return (
    <>
      <ListHead
        title={t("title")}
        actions={
          <Action kind="button-primary" onClick={() => dialog.show("edit", undefined)}>
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
      <Show query={users} what={t("what")}>
        {(data) => (
          <>
            <div className="panel overflow-x-auto">
              {data.users.length === 0 ? (
                <NoMatch onClear={() => filter({ q: undefined })} />
              ) : (
                <table className="grid-table">
                  <thead>
                    <tr>
                      <Sorted column="username" {...sorting}>
                        {t("user")}
                      </Sorted>
                      <Sorted column="role" {...sorting}>
                        {t("role")}
                      </Sorted>
                      <th scope="col">{t("grants")}</th>
                      <th scope="col" className="max-sm:hidden">
                        {t("state")}
                      </th>
                      <Sorted column="created_at" {...sorting} className="max-md:hidden">
                        {t("since")}
                      </Sorted>
                      <th scope="col">
                        <span className="sr-only">{a("actions")}</span>
                      </th>
                    </tr>
                  </thead>
                  <tbody>
                    {data.users.map((user) => (
                      <Row key={user.username} user={user} t={t}>
                        <Action
                          label={`${a("edit")}: ${user.username}`}
                          onClick={() => dialog.show("edit", user)}
                        >
                          {a("edit")}
                        </Action>
                        <Action
                          label={`${t("resetPassword")}: ${user.username}`}
                          onClick={() => dialog.show("password", user)}
                        >
                          {t("resetPassword")}
                        </Action>
                        <Action
                          kind="button-danger"
                          label={`${a("remove")}: ${user.username}`}
                          onClick={() => dialog.show("delete", user)}
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
      <Roles />
      {dialog.open?.kind === "edit" ? <UserForm user={item} onClose={dialog.close} /> : null}
      {dialog.open?.kind === "password" && item ? (
        <ResetPassword user={item} onClose={dialog.close} />
      ) : null}
      {dialog.open?.kind === "delete" && item ? (
        <DeleteUser user={item} onClose={dialog.close} />
      ) : null}
    </>
  );
}

function Row({ user, t, children }: { user: User; t: Words; children: React.ReactNode }) {
  return (
    <tr>
      <th scope="row" className="max-w-72 min-w-32 break-words !whitespace-normal !text-ink">
        <Link to="/tokens" search={{ user: user.username }} className="link">
          {user.username}
        </Link>
        {user.display_name ? (
          <div className="font-normal text-muted">{user.display_name}</div>
        ) : null}
      </th>
      <td>{user.role ?? <span className="text-muted">{t("roleNone")}</span>}</td>
      <td>
        <ul>
          {user.grants.map((grant) => (
            <li key={`${grant.role} ${grant.dag_id ?? ""} ${grant.tag ?? ""}`}>
              {t("grantOn", {
                role: grant.role,
                what:
                  grant.tag === undefined
                    ? t("ofDag", { id: grant.dag_id ?? "" })
                    : t("ofTag", { id: grant.tag }),
              })}
            </li>
          ))}
        </ul>
      </td>
      <td className="max-sm:hidden">
        {user.is_disabled ? <strong className="text-bad">{t("disabled")}</strong> : t("enabled")}
        {user.has_password ? null : (
          <div className="text-muted">{user.provider ?? t("noPassword")}</div>
        )}
      </td>
      <td className="max-md:hidden">
        <Instant at={user.created_at} relative />
      </td>
      <td className="text-right">
        <span className="inline-flex gap-1">{children}</span>
      </td>
    </tr>
  );
}
