/** Every view and its URL. The pages are loaded when they are first opened. */

import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from "@tanstack/react-router";
import { sessionUser } from "@/api/session";
import { Failure } from "@/components/feedback";
import { keepFocus } from "@/features/shell/keep-focus";
import { NotFound, Shell } from "@/features/shell/shell";
import { basePath } from "@/lib/base-path";
import { noteVisit } from "@/lib/first-minute";
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
import {
  assetListSearch,
  assetSearch,
  auditSearch,
  connectionListSearch,
  importListSearch,
  lineageSearch,
  poolListSearch,
  tokenListSearch,
  userListSearch,
  variableListSearch,
  workerListSearch,
} from "@/lib/search-system";

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
    if (sessionUser.get() === null) {
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
  validateSearch: importListSearch,
  component: lazyRouteComponent(
    () => import("@/features/imports/import-errors-page"),
    "ImportErrorsPage",
  ),
});

const pools = createRoute({
  getParentRoute: () => signedIn,
  path: "/pools",
  validateSearch: poolListSearch,
  component: lazyRouteComponent(() => import("@/features/pools/pools-page"), "PoolsPage"),
});

const workers = createRoute({
  getParentRoute: () => signedIn,
  path: "/workers",
  validateSearch: workerListSearch,
  component: lazyRouteComponent(() => import("@/features/workers/workers-page"), "WorkersPage"),
});

const assets = createRoute({
  getParentRoute: () => signedIn,
  path: "/assets",
  validateSearch: assetListSearch,
  component: lazyRouteComponent(() => import("@/features/assets/assets-page"), "AssetsPage"),
});

const lineage = createRoute({
  getParentRoute: () => signedIn,
  path: "/lineage",
  validateSearch: lineageSearch,
  component: lazyRouteComponent(() => import("@/features/assets/lineage-page"), "LineagePage"),
});

// Not below /assets/: there the server keeps the page's own files.
const asset = createRoute({
  getParentRoute: () => signedIn,
  path: "/asset/$assetId",
  validateSearch: assetSearch,
  component: lazyRouteComponent(() => import("@/features/assets/asset-page"), "AssetPage"),
});

const variables = createRoute({
  getParentRoute: () => signedIn,
  path: "/variables",
  validateSearch: variableListSearch,
  component: lazyRouteComponent(
    () => import("@/features/variables/variables-page"),
    "VariablesPage",
  ),
});

const connections = createRoute({
  getParentRoute: () => signedIn,
  path: "/connections",
  validateSearch: connectionListSearch,
  component: lazyRouteComponent(
    () => import("@/features/connections/connections-page"),
    "ConnectionsPage",
  ),
});

const users = createRoute({
  getParentRoute: () => signedIn,
  path: "/users",
  validateSearch: userListSearch,
  component: lazyRouteComponent(() => import("@/features/users/users-page"), "UsersPage"),
});

const tokens = createRoute({
  getParentRoute: () => signedIn,
  path: "/tokens",
  validateSearch: tokenListSearch,
  component: lazyRouteComponent(() => import("@/features/tokens/tokens-page"), "TokensPage"),
});

const account = createRoute({
  getParentRoute: () => signedIn,
  path: "/account",
  component: lazyRouteComponent(() => import("@/features/account/account-page"), "AccountPage"),
});

const audit = createRoute({
  getParentRoute: () => signedIn,
  path: "/audit",
  validateSearch: auditSearch,
  component: lazyRouteComponent(() => import("@/features/audit/audit-page"), "AuditPage"),
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
    assets,
    lineage,
    asset,
    variables,
    connections,
    users,
    tokens,
    account,
    audit,
  ]),
]);

export function makeRouter(history?: Parameters<typeof createRouter>[0]["history"]) {
  const router = createRouter({
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
  router.subscribe("onResolved", (change) => {
    noteVisit(change.toLocation.pathname);
    keepFocus(change);
  });
  return router;
}

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof makeRouter>;
  }
}
