import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { tokenListQuery } from "@/api/admin";
import { useChangePassword } from "@/api/admin-actions";
import { type Me, meQuery } from "@/api/rights";
import { signOut } from "@/api/session";
import { Facts } from "@/components/controls";
import { CopyCurl } from "@/components/copy-curl";
import { ActionError, Show } from "@/components/feedback";
import { account as en } from "@/i18n/en/account";
import { useText } from "@/i18n/text";
import { LEAST_PASSWORD } from "@/lib/password";
import { Cli } from "../admin/cli";
import { TextField } from "../admin/field";
import { ListHead } from "../admin/list";

/** Who one is here, what one may, and one's password. */
export function AccountPage() {
  const t = useText("account", en);
  const me = useQuery(meQuery());
  return (
    <>
      <ListHead title={t("title")} />
      <Show query={me} what={t("what")}>
        {(data) => (
          <div className="flex max-w-2xl flex-col gap-3">
            <section aria-label={t("user")} className="panel p-3">
              <Facts
                facts={[
                  [t("user"), data.username],
                  [t("displayName"), data.display_name],
                  [t("role"), data.role ?? t("roleNone")],
                ]}
              />
              {data.grants.length > 0 ? (
                <>
                  <h2 className="mt-2 text-muted">{t("grants")}</h2>
                  <ul className="list-inside list-disc">
                    {data.grants.map((grant) => (
                      <li key={`${grant.role} ${grant.dag_id ?? ""} ${grant.tag ?? ""}`}>
                        {grant.tag === undefined
                          ? t("grantDag", { role: grant.role, id: grant.dag_id ?? "" })
                          : t("grantTag", { role: grant.role, id: grant.tag })}
                      </li>
                    ))}
                  </ul>
                </>
              ) : null}
              <p className="mt-2">
                <Link to="/tokens" className="link">
                  {t("tokens")}
                </Link>
              </p>
              <Cli lines="weft whoami" />
            </section>
            <section aria-label={t("password")} className="panel p-3">
              <h2 className="mb-2 font-semibold">{t("password")}</h2>
              {data.has_password ? <PasswordForm me={data} /> : <p>{t("elsewhere")}</p>}
            </section>
          </div>
        )}
      </Show>
    </>
  );
}

function PasswordForm({ me }: { me: Me }) {
  const t = useText("account", en);
  const [old, setOld] = useState("");
  const [next, setNext] = useState("");
  const [again, setAgain] = useState("");
  const change = useChangePassword();
  // A session ends with its password; an API token lives on.
  const own = useQuery(tokenListQuery({})).data?.tokens.find(({ id }) => id === me.token_id);
  const short = next.length < LEAST_PASSWORD;
  const differs = again !== next;
  const submit = () =>
    change.mutate(
      { old_password: old, new_password: next },
      {
        onSuccess: () => {
          setOld("");
          setNext("");
          setAgain("");
          if (own?.kind === "session") signOut(t("signInAgain"));
        },
      },
    );
  return (
    <form
      className="flex flex-col gap-2"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <TextField
        label={t("oldPassword")}
        type="password"
        autoComplete="current-password"
        value={old}
        onChange={setOld}
      />
      <TextField
        label={t("newPassword")}
        type="password"
        autoComplete="new-password"
        hint={t("least")}
        error={next && short ? t("least") : null}
        value={next}
        onChange={setNext}
      />
      <TextField
        label={t("again")}
        type="password"
        autoComplete="new-password"
        error={again && differs ? t("differs") : null}
        value={again}
        onChange={setAgain}
      />
      <p className="text-muted">{t("ends")}</p>
      <ActionError error={change.error} />
      <div className="flex flex-wrap items-center gap-2">
        <button
          type="submit"
          className="button button-primary"
          disabled={!old || short || differs || change.isPending}
        >
          {t("change")}
        </button>
        <CopyCurl
          call={{
            method: "POST",
            path: "/api/v2/users/me/password",
            body: { old_password: "***", new_password: "***" },
          }}
        />
        <span role="status">{change.isSuccess ? t("changed") : ""}</span>
      </div>
      <Cli lines="weft users password" />
    </form>
  );
}
