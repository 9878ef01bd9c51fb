import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Command } from "cmdk";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { foundDagsQuery } from "@/api/dag-list";
import { dagQuery, latestRunsQuery } from "@/api/queries";
import { StateDot } from "@/components/state";
import { Instant } from "@/components/time";
import { useModal } from "@/components/use-modal";
import { palette as en } from "@/i18n/en/palette";
import { shell } from "@/i18n/en/shell";
import { useText } from "@/i18n/text";
import { fits, splitVerb } from "@/lib/palette";
import { useSettled } from "@/lib/use-settled";
import { ADMIN, MAIN } from "./nav";
import { type PaletteAction, usePageActions } from "./palette-actions";
import { DagActions } from "./palette-dag-actions";
import { paletteGroup, paletteItem } from "./palette-style";
import { useDagOfPage } from "./use-dag-zone";

const TYPING_MS = 120;
const MOST_RUNS = 6;

/** Everything by typing: DAGs of the server, runs, pages, commands. */
export default function Palette({
  onClose,
  onHelp,
  onTrigger,
}: {
  onClose: () => void;
  onHelp: () => void;
  onTrigger: (dagId: string) => void;
}) {
  const t = useText("palette", en);
  const [text, setText] = useState("");
  const { verb, name } = splitVerb(text, [
    ["trigger", t("trigger")],
    ["pause", t("pause")],
    ["unpause", t("unpause")],
  ]);
  const found = useQuery(foundDagsQuery(useSettled(name, TYPING_MS)));
  const dags = found.data?.dags ?? [];
  const dagId = useDagOfPage();
  const here = useQuery({ ...dagQuery(dagId ?? ""), enabled: dagId !== undefined });
  const { list, selected, setSelected, moved } = useFirstSelected(found.dataUpdatedAt, text);
  return (
    <PaletteDialog title={t("title")} onClose={onClose}>
      <Command
        label={t("title")}
        shouldFilter={false}
        loop
        value={selected}
        onValueChange={setSelected}
        onPointerMove={moved}
        onKeyDown={(event) => {
          if (event.key.startsWith("Arrow")) moved();
        }}
      >
        <Command.Input
          className="w-full border-b border-line bg-panel px-3 py-2.5 text-sm outline-none"
          placeholder={t("placeholder")}
          value={text}
          onValueChange={setText}
        />
        <Command.List ref={list} className="max-h-[60vh] overflow-y-auto p-1.5">
          <Command.Empty className="p-3 text-muted">
            {found.isFetching ? t("searching") : t("empty")}
          </Command.Empty>
          {verb ? (
            <DagActions dags={dags} only={verb} onClose={onClose} onTrigger={onTrigger} />
          ) : (
            <>
              {!name && here.data ? (
                <DagActions dags={[here.data]} onClose={onClose} onTrigger={onTrigger} />
              ) : null}
              <DagGroup dags={dags} onClose={onClose} />
              <RunGroup name={name} onClose={onClose} />
              <PageGroup name={name} onClose={onClose} />
              {name ? (
                <DagActions dags={dags.slice(0, 2)} onClose={onClose} onTrigger={onTrigger} />
              ) : null}
              <ActionGroup name={name} onClose={onClose} onHelp={onHelp} />
            </>
          )}
        </Command.List>
      </Command>
    </PaletteDialog>
  );
}

/**
 * Enter takes the first line, also when lines come later than the text; but who went to another line
 * since typing stays there.
 */
function useFirstSelected(readAt: number, text: string) {
  const list = useRef<HTMLDivElement>(null);
  const [selected, setSelected] = useState("");
  const movedIn = useRef<string | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what was read later has other lines.
  useEffect(() => {
    if (movedIn.current === text) return;
    const first = list.current?.querySelector('[cmdk-item]:not([aria-disabled="true"])');
    setSelected(first?.getAttribute("data-value") ?? "");
  }, [readAt, text]);
  const moved = () => {
    movedIn.current = text;
  };
  return { list, selected, setSelected, moved };
}

function PaletteDialog({
  title,
  onClose,
  children,
}: {
  title: string;
  onClose: () => void;
  children: ReactNode;
}) {
  const ref = useModal(onClose);
  useEffect(() => {
    // The browser would choose the list's frame, as that can have the focus, too.
    ref.current?.querySelector("input")?.focus();
  }, [ref]);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape closes it, too.
    <dialog
      ref={ref}
      aria-label={title}
      onClick={(event) => {
        if (event.target === event.currentTarget) onClose(); // the backdrop
      }}
      className="fixed mx-auto mt-[10vh] w-[min(40rem,95vw)] overflow-hidden rounded-md border border-line bg-panel p-0 text-ink shadow-lg"
    >
      {children}
    </dialog>
  );
}

function DagGroup({
  dags,
  onClose,
}: {
  dags: readonly { dag_id: string; dag_display_name: string; is_paused: boolean }[];
  onClose: () => void;
}) {
  const t = useText("palette", en);
  const navigate = useNavigate();
  if (dags.length === 0) return null;
  return (
    <Command.Group heading={t("dags")} className={paletteGroup}>
      {dags.map((dag) => (
        <Command.Item
          key={dag.dag_id}
          value={`dag ${dag.dag_id}`}
          className={paletteItem}
          onSelect={() => {
            onClose();
            void navigate({ to: "/dags/$dagId", params: { dagId: dag.dag_id } });
          }}
        >
          <span className="truncate">{dag.dag_display_name}</span>
          {dag.is_paused ? <span className="text-muted">{t("paused")}</span> : null}
        </Command.Item>
      ))}
    </Command.Group>
  );
}

function RunGroup({ name, onClose }: { name: string; onClose: () => void }) {
  const t = useText("palette", en);
  const navigate = useNavigate();
  const latest = useQuery(latestRunsQuery());
  const runs = (latest.data?.dag_runs ?? [])
    .filter((run) => fits(name, `${run.dag_display_name} ${run.dag_id} ${run.dag_run_id}`))
    .slice(0, MOST_RUNS);
  if (runs.length === 0) return null;
  return (
    <Command.Group heading={t("runs")} className={paletteGroup}>
      {runs.map((run) => (
        <Command.Item
          key={`${run.dag_id} ${run.dag_run_id}`}
          value={`run ${run.dag_id} ${run.dag_run_id}`}
          className={paletteItem}
          onSelect={() => {
            onClose();
            void navigate({
              to: "/dags/$dagId/runs/$runId",
              params: { dagId: run.dag_id, runId: run.dag_run_id },
            });
          }}
        >
          <StateDot state={run.state} />
          <span className="truncate">{run.dag_display_name}</span>
          <span className="ml-auto shrink-0 text-muted">
            <Instant at={run.run_after} relative />
          </span>
        </Command.Item>
      ))}
    </Command.Group>
  );
}

function PageGroup({ name, onClose }: { name: string; onClose: () => void }) {
  const t = useText("palette", en);
  const s = useText("shell", shell);
  const navigate = useNavigate();
  const pages = [...MAIN, ...ADMIN].filter(({ label }) => fits(name, s(label)));
  if (pages.length === 0) return null;
  return (
    <Command.Group heading={t("pages")} className={paletteGroup}>
      {pages.map(({ to, label, key }) => (
        <Command.Item
          key={to}
          value={`page ${to}`}
          className={paletteItem}
          onSelect={() => {
            onClose();
            void navigate({ to });
          }}
        >
          <span className="flex-1">{s(label)}</span>
          <kbd className="font-mono text-xs text-muted">g {key}</kbd>
        </Command.Item>
      ))}
    </Command.Group>
  );
}

function ActionGroup({
  name,
  onClose,
  onHelp,
}: {
  name: string;
  onClose: () => void;
  onHelp: () => void;
}) {
  const t = useText("palette", en);
  const actions = usePageActions(onHelp).filter(({ label }) => fits(name, label));
  if (actions.length === 0) return null;
  return (
    <Command.Group heading={t("actions")} className={paletteGroup}>
      {actions.map((action: PaletteAction) => (
        <Command.Item
          key={action.id}
          value={`action ${action.id}`}
          className={paletteItem}
          onSelect={() => {
            onClose();
            action.run();
          }}
        >
          {action.label}
        </Command.Item>
      ))}
    </Command.Group>
  );
}
