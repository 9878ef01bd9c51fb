import { useQuery } from "@tanstack/react-query";
import { Link, Outlet } from "@tanstack/react-router";
import { reachable, signOut } from "@/api/session";
import { importErrorsQuery, versionQuery } from "@/api/system-queries";
import { useZone } from "@/lib/clock";
import { useStore } from "@/lib/store";

/** What stands around every page. */
export function Shell() {
  return (
    <div className="flex min-h-dvh flex-col">
      <a
        href="#main"
        className="sr-only focus:not-sr-only focus:absolute focus:z-10 focus:bg-panel focus:p-2"
      >
        Skip to content
      </a>
      <Header />
      <AwayBanner />
      <main
        id="main"
        tabIndex={-1}
        className="mx-auto w-full max-w-[1500px] flex-1 p-3 outline-none"
      >
        <Outlet />
      </main>
    </div>
  );
}

const tab =
  "rounded px-2 py-1 hover:bg-raised aria-[current=page]:bg-raised aria-[current=page]:font-semibold";

function Header() {
  const errors = useQuery(importErrorsQuery());
  const version = useQuery(versionQuery());
  const [zone, setZone] = useZone();
  const broken = errors.data?.total_entries ?? 0;
  return (
    <header className="border-b border-line bg-panel">
      <div className="mx-auto flex max-w-[1500px] flex-wrap items-center gap-x-3 gap-y-1 px-3 py-1.5">
        <Link
          to="/dags"
          className="text-base font-bold"
          title={version.data ? `Weft ${version.data.version}` : "Weft"}
        >
          Weft
        </Link>
        <nav aria-label="Main" className="flex flex-wrap items-center gap-1">
          <Link to="/dags" className={tab}>
            DAGs
          </Link>
          <Link to="/pools" className={tab}>
            Pools
          </Link>
          <Link to="/workers" className={tab}>
            Workers
          </Link>
          <Link to="/import-errors" className={tab}>
            Import Errors
            {broken > 0 ? (
              <span className="ml-1 rounded-full bg-bad px-1.5 font-semibold text-panel">
                {broken}
              </span>
            ) : null}
          </Link>
        </nav>
        <span className="flex-1" />
        <button
          type="button"
          className="button"
          title="Switch between local time and UTC"
          onClick={() => setZone(zone === "utc" ? "local" : "utc")}
        >
          {zone === "utc" ? "UTC" : "Local time"}
        </button>
        <button type="button" className="button" onClick={() => void signOut()}>
          Sign out
        </button>
      </div>
    </header>
  );
}

function AwayBanner() {
  const there = useStore(reachable);
  return (
    <div role="status">
      {there ? null : (
        <p className="border-b border-bad bg-bad-panel px-3 py-1.5 text-center">
          <strong>The server does not answer.</strong> What you see may be old; this page keeps
          trying.
        </p>
      )}
    </div>
  );
}

export function NotFound() {
  return (
    <main className="p-6">
      <title>Not found · Weft</title>
      <h1 className="text-lg font-semibold">There is no page here</h1>
      <p>
        <Link to="/dags" className="link">
          Go to the DAGs
        </Link>
      </p>
    </main>
  );
}
