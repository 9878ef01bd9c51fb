import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { LIST_SIZE, type Token, tokenListQuery } from "@/api/admin";
import { meQuery, useMay } from "@/api/rights";
import { Select } from "@/components/controls";
import { Show } from "@/components/feedback";
import { Instant } from "@/components/time";
import { admin } from "@/i18n/en/admin";
import { tokens as en } from "@/i18n/en/tokens";
import { type Text, useText } from "@/i18n/text";
import { useNow } from "@/lib/clock";
import type { TokenListSearch } from "@/lib/search-system";
import { Action } from "../admin/action";
import { ListHead, NothingYet, Paging, Sorted } from "../admin/list";
import { useDialog } from "../admin/use-list";
import { DeleteToken, TokenForm } from "./token-dialogs";

const route = getRouteApi("/signed-in/tokens");
/** The API's word for everybody's. */
const ALL = "~";

export function TokensPage() {
  const t = useText("tokens", en);
  const a = useText("admin", admin);
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const isAdmin = useMay("admin");
  const me = useQuery(meQuery()).data;
  const tokens = useQuery(tokenListQuery(search));
  const dialog = useDialog<"new" | "delete", Token | undefined>();
  const filter = (change: TokenListSearch) =>
    void navigate({ search: (old) => ({ ...old, page: undefined, ...change }) });
  const sorting = { sort: search.sort, onSort: (sort: string | undefined) => filter({ sort }) };
  const others = search.user !== undefined;
  const whose: [string, string][] = [
    ["", t("mine")],
    [ALL, t("everybodys")],
  ];
  if (search.user && search.user !== ALL) whose.push([search.user, search.user]);
  return (
    <>
      <ListHead
        title={t("title")}
        actions={
          <Action kind="button-primary" onClick={() => dialog.show("new", undefined)}>
            {t("add")}
          </Action>
        }
      >
        {isAdmin ? (
          <Select
            label={t("whose")}
            value={search.user ?? ""}
            options={whose}
            onChange={(user) => filter({ user: user || undefined })}
          />
        ) : null}
      </ListHead>
      <Show query={tokens} what={t("what")}>
        {(data) => (
          <>
            <div className="panel overflow-x-auto">
              {data.tokens.length === 0 ? (
                <NothingYet text={t("empty")} cli='weft tokens create "nightly export" --days 30' />
              ) : (
                <table className="grid-table">
                  <thead>
                    <tr>
                      <Sorted column="name" {...sorting}>
                        {t("name")}
                      </Sorted>
                      {others ? (
                        <Sorted column="username" {...sorting}>
                          {t("user")}
                        </Sorted>
                      ) : null}
                      <th scope="col">{t("role")}</th>
                      <Sorted column="created_at" {...sorting} className="max-md:hidden">
                        {t("created")}
                      </Sorted>
                      <Sorted column="expires_at" {...sorting}>
                        {t("expires")}
                      </Sorted>
                      <Sorted column="last_used_at" {...sorting} className="max-sm:hidden">
                        {t("lastUsed")}
                      </Sorted>
                      <th scope="col">
                        <span className="sr-only">{a("actions")}</span>
                      </th>
                    </tr>
                  </thead>
                  <tbody>
                    {data.tokens.map((token) => (
                      <Row
                        key={token.id}
                        token={token}
                        own={token.id === me?.token_id}
                        others={others}
                        t={t}
                      >
                        <Action
                          kind="button-danger"
                          label={`${a("remove")}: ${token.name ?? token.id}`}
                          onClick={() => dialog.show("delete", token)}
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
      {dialog.open?.kind === "new" ? <TokenForm onClose={dialog.close} /> : null}
      {dialog.open?.kind === "delete" && dialog.open.item ? (
        <DeleteToken
          token={dialog.open.item}
          own={dialog.open.item.id === me?.token_id}
          onClose={dialog.close}
        />
      ) : null}
    </>
  );
}

function Row({
  token,
  own,
  others,
  t,
  children,
}: {
  token: Token;
  own: boolean;
  others: boolean;
  t: Text<typeof en>;
  children: React.ReactNode;
}) {
  const now = useNow();
  const over = token.expires_at !== null && Date.parse(token.expires_at) < now;
  return (
    <tr>
      <th scope="row" className="max-w-72 min-w-32 break-words !whitespace-normal !text-ink">
        {token.name ?? (token.kind === "session" ? t("kindSession") : t("nameless"))}
        {own ? (
          <span className="ml-2 rounded bg-raised px-1 font-normal">{t("thisOne")}</span>
        ) : null}
        <div className="font-mono text-xs font-normal text-muted">
          {token.kind === "session" ? t("kindSession") : t("kindApi")}
          <span className="max-sm:hidden"> · {token.id}</span>
        </div>
      </th>
      {others ? <td className="break-all">{token.username}</td> : null}
      <td>{token.role ?? <span className="text-muted">{t("roleAll")}</span>}</td>
      <td className="max-md:hidden">
        <Instant at={token.created_at} relative />
      </td>
      <td>
        {token.expires_at === null ? t("never") : <Instant at={token.expires_at} relative />}
        {over ? <strong className="ml-1 text-bad">{t("expired")}</strong> : null}
      </td>
      <td className="max-sm:hidden">
        {token.last_used_at ? <Instant at={token.last_used_at} relative /> : t("neverUsed")}
      </td>
      <td className="text-right">{children}</td>
    </tr>
  );
}
