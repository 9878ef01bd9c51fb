import { Link, Outlet, useNavigate } from "@tanstack/react-router";
import { lazy, Suspense, useEffect, useState } from "react";
import { reachable } from "@/api/session";
import { NoticeCorner } from "@/components/notice";
import { shell as en } from "@/i18n/en/shell";
import { useSpoken } from "@/i18n/language";
import { useText } from "@/i18n/text";
import { listenForShortcuts } from "@/lib/shortcuts";
import { useStore } from "@/lib/store";
import { unpausing } from "@/lib/unpausing";
import { useShortcuts } from "@/lib/use-shortcuts";
import { Header } from "./header";
import { ADMIN, MAIN } from "./nav";
import { useDagZone } from "./use-dag-zone";
import { useLive } from "./use-live";

const loadPalette = () => import("./palette");
const Palette = lazy(loadPalette);
/** Behind what the page needs for itself. */
const LOAD_PALETTE_MS = 1000;
const UnpauseDialog = lazy(() => import("@/features/dags/unpause-dialog"));
const ShortcutHelp = lazy(() => import("./shortcut-help"));
const TriggerDialog = lazy(async () => ({
  default: (await import("@/features/dags/trigger-dialog")).TriggerDialog,
}));

type Overlay = { kind: "palette" | "help" } | { kind: "trigger"; dagId: string } | null;

/** What stands around every page. */
export function Shell() {
  const t = useText("shell", en);
  const { language } = useSpoken();
  const [overlay, setOverlay] = useState<Overlay>(null);
  const close = () => setOverlay(null);
  const unpaused = useStore(unpausing);
  useLive();
  useDagZone();
  useEffect(() => listenForShortcuts(document), []);
  useEffect(() => {
    // Keys that follow Ctrl-K at once would be lost while it is on its way.
    const timer = setTimeout(() => void loadPalette(), LOAD_PALETTE_MS);
    return () => clearTimeout(timer);
  }, []);
  useShellShortcuts(setOverlay);
  return (
    <div className="flex min-h-dvh flex-col">
      <a
        href="#main"
        className="sr-only focus:not-sr-only focus:absolute focus:z-10 focus:bg-panel focus:p-2"
      >
        {t("skip")}
      </a>
      <Header onPalette={() => setOverlay({ kind: "palette" })} />
      <AwayBanner />
      <main
        id="main"
        tabIndex={-1}
        className="mx-auto w-full max-w-[1500px] flex-1 p-3 outline-none"
      >
        {/* What no component said speaks the new language, too: see textOf. */}
        <Outlet key={language} />
      </main>
      <NoticeCorner />
      <Suspense>
        {overlay?.kind === "palette" ? (
          <Palette
            onClose={close}
            onHelp={() => setOverlay({ kind: "help" })}
            onTrigger={(dagId) => setOverlay({ kind: "trigger", dagId })}
          />
        ) : null}
        {unpaused ? <UnpauseDialog {...unpaused} onClose={() => unpausing.set(null)} /> : null}
        {overlay?.kind === "help" ? <ShortcutHelp onClose={close} /> : null}
        {overlay?.kind === "trigger" ? (
          <TriggerDialog dagId={overlay.dagId} onClose={close} />
        ) : null}
      </Suspense>
    </div>
  );
}

function useShellShortcuts(show: (overlay: Overlay) => void): void {
  const t = useText("shell", en);
  const navigate = useNavigate();
  useShortcuts([
    ...[...MAIN, ...ADMIN].map(({ to, label, key }) => ({
      keys: `g ${key}`,
      label: t(label),
      group: t("groupGo"),
      run: () => void navigate({ to }),
    })),
    {
      keys: "mod+k",
      label: t("palette"),
      group: t("groupPage"),
      run: () => show({ kind: "palette" }),
    },
    { keys: "?", label: t("shortcuts"), group: t("groupPage"), run: () => show({ kind: "help" }) },
  ]);
}

function AwayBanner() {
  const t = useText("shell", en);
  const there = useStore(reachable);
  return (
    <div role="status">
      {there ? null : (
        <p className="border-b border-bad bg-bad-panel px-3 py-1.5 text-center">
          <strong>{t("awayTitle")}</strong> {t("awayText")}
        </p>
      )}
    </div>
  );
}

export function NotFound() {
  const t = useText("shell", en);
  return (
    <main className="p-6">
      <title>{`${t("nowhereTitle")} · Weft`}</title>
      <h1 className="text-lg font-semibold">{t("nowhere")}</h1>
      <p>
        <Link to="/" className="link">
          {t("goHome")}
        </Link>
      </p>
    </main>
  );
}
