/**
 * The first minute: what a person tries first on a server with the examples. Each step is ticked by
 * what the server says; only that somebody has looked at a log is remembered in this browser.
 */

import { createStore } from "./store";

export const GREEN = "hello";
export const RED = "fails_on_purpose";
export const WAITING = "waits_for_approval";
/** More DAGs than that, and the first minute is over. */
export const FEW_DAGS = 100;

export const STEPS = ["log", "retry", "edit", "schedule"] as const;
export type Step = (typeof STEPS)[number];

interface DagFacts {
  dag_id: string;
  tags: readonly { name: string }[];
  timetable_summary: string | null;
}

export interface Facts {
  logRead: boolean;
  dags: readonly DagFacts[];
  /** Of the example that fails: how often it ran, and the tries of its failing task. */
  runsOfRed: number;
  triesOfRed: readonly number[];
  /** The number of each example's newest version. */
  versions: readonly number[];
}

/** It tries twice by itself. */
const OWN_TRIES = 2;
const isExample = ({ tags }: DagFacts) => tags.some(({ name }) => name === "example");
const NO_TIME = new Set(["", "@once", "@never", "none"]);
const hasTime = ({ timetable_summary }: DagFacts) =>
  !NO_TIME.has((timetable_summary ?? "").toLowerCase());

/** Are the examples here, and little else? */
export function isFirstMinute(dags: readonly DagFacts[], total: number): boolean {
  const ids = new Set(dags.map(({ dag_id }) => dag_id));
  return total <= FEW_DAGS && ids.has(GREEN) && ids.has(RED);
}

export function stepsDone(facts: Facts): Readonly<Record<Step, boolean>> {
  const own = facts.dags.filter((dag) => !isExample(dag));
  // The one that is edited by hand; the others keep the time that they were written with.
  const edited = facts.dags.filter(({ dag_id }) => dag_id === GREEN || dag_id === RED);
  return {
    log: facts.logRead,
    retry: facts.runsOfRed > 1 || facts.triesOfRed.some((count) => count > OWN_TRIES),
    edit: own.length > 0 || facts.versions.some((number) => number > 1),
    schedule: [...own, ...edited].some(hasTime),
  };
}

interface Kept {
  logRead: boolean;
  dismissed: boolean;
}
const KEY = "weft.first-minute";
export const firstMinute = createStore<Kept>(read());

/** Where a log is shown: the page of a task instance, and the run that failed on purpose. */
const SHOWS_LOG = new RegExp(`/dags/[^/]+/runs/[^/]+/tasks/|/dags/${RED}/runs/[^/]+`);

/** To be told of every page that is opened. */
export function noteVisit(pathname: string): void {
  if (!firstMinute.get().logRead && SHOWS_LOG.test(pathname)) keep({ logRead: true });
}

export function dismiss(dismissed: boolean): void {
  keep({ dismissed });
}

function keep(change: Partial<Kept>): void {
  const next = { ...firstMinute.get(), ...change };
  firstMinute.set(next);
  try {
    localStorage.setItem(KEY, JSON.stringify(next));
  } catch {
    // It then lasts as long as the page.
  }
}

function read(): Kept {
  const nothing = { logRead: false, dismissed: false };
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEY) ?? "null");
    if (typeof kept !== "object" || kept === null) return nothing;
    return {
      logRead: "logRead" in kept && kept.logRead === true,
      dismissed: "dismissed" in kept && kept.dismissed === true,
    };
  } catch {
    return nothing;
  }
}
