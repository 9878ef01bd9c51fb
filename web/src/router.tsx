/** Every view and its URL. The pages are loaded when they are first opened. */

import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from "@tanstack/react-router";
import { token } from "@/api/session";
import { Failure } from "@/components/feedback";
import { NotFound, Shell } from "@/features/shell/shell";
import { basePath } from "@/lib/base-path";
import { parseSearch, signInSearch, stringifySearch } from "@/lib/search";
import {
  backfillsSearch,
  calendarSearch,
  codeSearch,
  dagEventsSearch,
  dagRunsSearch,
  dagTasksSearch,
  ganttSearch,
  graphSearch,
  gridSearch,
  versionsSearch,
} from "@/lib/search-dag";
import { dagListSearch } from "@/lib/search-dags";
import { homeSearch } from "@/lib/search-home";
import { runSearch, taskSearch } from "@/lib/search-run";

const root = createRootRoute({ notFoundComponent: NotFound });

const signIn = createRoute({
  getParentRoute: () => root,
  path: "/sign-in",
  validateSearch: signInSearch,
  component: lazyRouteComponent(() => import("@/features/sign-in/sign-in-page"), "SignInPage"),
});

/** Everything but the sign-in needs a session. */
const signedIn = createRoute({
  getParentRoute: () => root,
  id: "signed-in",
  beforeLoad: ({ location }) => {
    if (token.get() === null) {
      const next = location.href === "/" ? undefined : location.href;
      throw redirect({ to: "/sign-in", search: { next } });
    }
  },
  component: Shell,
});

const home = createRoute({
  getParentRoute: () => signedIn,
  path: "/",
  validateSearch: homeSearch,
  component: lazyRouteComponent(() => import("@/features/home/home-page"), "HomePage"),
});

const dags = createRoute({
  getParentRoute: () => signedIn,
  path: "/dags",
  validateSearch: dagListSearch,
  component: lazyRouteComponent(() => import("@/features/dags/dag-list-page"), "DagListPage"),
});

const dag = createRoute({
  getParentRoute: () => signedIn,
  path: "/dags/$dagId",
  component: lazyRouteComponent(() => import("@/features/dag/dag-page"), "DagPage"),
});

const dagGrid = createRoute({
  getParentRoute: () => dag,
  path: "/",
  validateSearch: gridSearch,
  component: lazyRouteComponent(() => import("@/features/dag/grid/grid-page"), "GridPage"),
});

const dagGraph = createRoute({
  getParentRoute: () => dag,
  path: "/graph",
  validateSearch: graphSearch,
  component: lazyRouteComponent(() => import("@/features/dag/graph/graph-page"), "GraphPage"),
});

const dagGantt = createRoute({
  getParentRoute: () => dag,
  path: "/gantt",
  validateSearch: ganttSearch,
  component: lazyRouteComponent(() => import("@/features/dag/time/gantt-page"), "GanttPage"),
});

const dagCalendar = createRoute({
  getParentRoute: () => dag,
  path: "/calendar",
  validateSearch: calendarSearch,
  component: lazyRouteComponent(() => import("@/features/dag/time/calendar-page"), "CalendarPage"),
});

const dagRuns = createRoute({
  getParentRoute: () => dag,
  path: "/runs",
  validateSearch: dagRunsSearch,
  component: lazyRouteComponent(() => import("@/features/dag/dag-runs"), "DagRuns"),
});

const dagTasks = createRoute({
  getParentRoute: () => dag,
  path: "/tasks",
  validateSearch: dagTasksSearch,
  component: lazyRouteComponent(() => import("@/features/dag/dag-tasks"), "DagTasks"),
});

const dagVersions = createRoute({
  getParentRoute: () => dag,
  path: "/versions",
  validateSearch: versionsSearch,
  component: lazyRouteComponent(() => import("@/features/dag/code/versions-page"), "VersionsPage"),
});

const dagCode = createRoute({
  getParentRoute: () => dag,
  path: "/code",
  validateSearch: codeSearch,
  component: lazyRouteComponent(() => import("@/features/dag/code/code-page"), "CodePage"),
});

const dagBackfills = createRoute({
  getParentRoute: () => dag,
  path: "/backfills",
  validateSearch: backfillsSearch,
  component: lazyRouteComponent(
    () => import("@/features/dag/backfills/backfills-page"),
    "BackfillsPage",
  ),
});

const dagDetails = createRoute({
  getParentRoute: () => dag,
  path: "/details",
  component: lazyRouteComponent(() => import("@/features/dag/dag-details"), "DagDetails"),
});

const dagEvents = createRoute({
  getParentRoute: () => dag,
  path: "/events",
  validateSearch: dagEventsSearch,
  component: lazyRouteComponent(() => import("@/features/dag/dag-events"), "DagEvents"),
});

const dagTabs = [
  dagGrid,
  dagGraph,
  dagGantt,
  dagCalendar,
  dagRuns,
  dagTasks,
  dagVersions,
  dagCode,
  dagBackfills,
  dagDetails,
  dagEvents,
] as const;

const run = createRoute({
  getParentRoute: () => signedIn,
  path: "/dags/$dagId/runs/$runId",
  validateSearch: runSearch,
  component: lazyRouteComponent(() => import("@/features/run/run-page"), "RunPage"),
});

const task = createRoute({
  getParentRoute: () => signedIn,
  path: "/dags/$dagId/runs/$runId/tasks/$taskId",
  validateSearch: taskSearch,
  component: lazyRouteComponent(() => import("@/features/task/task-page"), "TaskPage"),
});

const importErrors = createRoute({
  getParentRoute: () => signedIn,
  path: "/import-errors",
  component: lazyRouteComponent(
    () => import("@/features/system/import-errors-page"),
    "ImportErrorsPage",
  ),
});

const pools = createRoute({
  getParentRoute: () => signedIn,
  path: "/pools",
  component: lazyRouteComponent(() => import("@/features/system/pools-page"), "PoolsPage"),
});

const workers = createRoute({
  getParentRoute: () => signedIn,
  path: "/workers",
  component: lazyRouteComponent(() => import("@/features/system/workers-page"), "WorkersPage"),
});

const routeTree = root.addChildren([
  signIn,
  signedIn.addChildren([
    home,
    dags,
    dag.addChildren([...dagTabs]),
    run,
    task,
    importErrors,
    pools,
    workers,
  ]),
]);

export function makeRouter(history?: Parameters<typeof createRouter>[0]["history"]) {
  return createRouter({
    routeTree,
    ...(basePath ? { basepath: basePath } : {}),
    ...(history ? { history } : {}),
    parseSearch,
    stringifySearch,
    defaultPreload: "intent",
    defaultErrorComponent: ({ error, reset }) => (
      <Failure error={error} what="this page" retry={reset} />
    ),
  });
}

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof makeRouter>;
  }
}
