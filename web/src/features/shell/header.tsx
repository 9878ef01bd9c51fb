import { useQuery } from "@tanstack/react-query";
import { Link, useLocation } from "@tanstack/react-router";
import { live } from "@/api/polling";
import { meQuery } from "@/api/rights";
import { signOut } from "@/api/session";
import { importErrorsQuery, versionQuery } from "@/api/system-queries";
import { shell as en } from "@/i18n/en/shell";
import { useText } from "@/i18n/text";
import { useStore } from "@/lib/store";
import { Menu } from "./menu";
import { ADMIN, isUnder, MAIN, type NavEntry } from "./nav";
import { ViewMenu } from "./view-menu";

export function Header({ onPalette }: { onPalette: () => void }) {
  const t = useText("shell", en);
  const version = useQuery(versionQuery());
  const me = useQuery(meQuery());
  return (
    <header className="border-b border-line bg-panel">
      <div className="mx-auto flex max-w-[1500px] flex-wrap items-center gap-x-2 gap-y-1 px-3 py-1.5">
        <Link
          to="/"
          className="mr-1 text-base font-bold"
          title={version.data ? `Weft ${version.data.version}` : "Weft"}
        >
          Weft
        </Link>
        <Navigation />
        <span className="flex-1" />
        <button
          type="button"
          className="button text-muted sm:min-w-32"
          title={t("searchTitle")}
          aria-keyshortcuts="Control+K"
          onClick={onPalette}
        >
          <span className="flex-1 text-left">{t("search")}</span>
          <kbd className="font-sans text-xs max-sm:hidden">Ctrl K</kbd>
        </button>
        <LiveMark />
        <ViewMenu />
        <button
          type="button"
          className="button"
          title={me.data ? t("signedInAs", { name: me.data.username }) : undefined}
          onClick={() => void signOut()}
        >
          {t("signOut")}
        </button>
      </div>
    </header>
  );
}

function Navigation() {
  const t = useText("shell", en);
  const { pathname } = useLocation();
  const errors = useQuery(importErrorsQuery());
  const broken = errors.data?.total_entries ?? 0;
  const inAdmin = ADMIN.some(({ to }) => pathname === to || pathname.startsWith(`${to}/`));
  return (
    <nav
      aria-label={t("main")}
      className="flex flex-wrap items-center gap-0.5 max-sm:order-last max-sm:-ml-2 max-sm:w-full"
    >
      {MAIN.map((entry) => (
        <Entry key={entry.to} entry={entry} />
      ))}
      <Menu text={t("admin")} label={t("admin")} current={inAdmin}>
        <ul className="flex flex-col">
          {ADMIN.map((entry) => (
            <li key={entry.to} className="flex flex-col">
              <Entry entry={entry} />
            </li>
          ))}
        </ul>
      </Menu>
      {broken > 0 ? (
        <Link to="/import-errors" className="nav-tab text-bad">
          {t("importErrors")}
          <span className="ml-1 rounded-full bg-bad px-1.5 font-semibold text-panel">{broken}</span>
        </Link>
      ) : null}
    </nav>
  );
}

function Entry({ entry }: { entry: NavEntry }) {
  const t = useText("shell", en);
  const { pathname } = useLocation();
  return (
    <Link
      to={entry.to}
      className="nav-tab"
      activeOptions={{ exact: entry.to === "/" }}
      {...(isUnder(entry, pathname) ? { "aria-current": "page" } : {})}
    >
      {t(entry.label)}
    </Link>
  );
}

/** Whether what one sees moves by itself, or by asking. */
function LiveMark() {
  const t = useText("shell", en);
  const there = useStore(live);
  return (
    <span
      className="inline-flex items-center gap-1 text-muted"
      title={t(there ? "liveTitle" : "pollingTitle")}
    >
      <span
        aria-hidden="true"
        className={`state-fill size-2 rounded-full ${there ? "state-success" : "state-none"}`}
      />
      <span className="max-sm:sr-only">{t(there ? "live" : "polling")}</span>
    </span>
  );
}
