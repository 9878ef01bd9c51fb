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
import { NotFound, Shell } from "@/features/shell";
import { basePath } from "@/lib/base-path";
import { noteVisit } from "@/lib/first-minute";
import {
  dagListSearch,
  parseSearch,
  runListSearch,
  runSearch,
  signInSearch,
  stringifySearch,
  taskSearch,
} from "@/lib/search";
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

/** Everything but the sign-in needs a token. */
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
  beforeLoad: () => {
    throw redirect({ to: "/dags" });
  },
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

const dagRuns = createRoute({
  getParentRoute: () => dag,
  path: "/",
  validateSearch: runListSearch,
  component: lazyRouteComponent(() => import("@/features/dag/dag-runs"), "DagRuns"),
});

const dagTasks = createRoute({
  getParentRoute: () => dag,
  path: "/tasks",
  component: lazyRouteComponent(() => import("@/features/dag/dag-tasks"), "DagTasks"),
});

const dagCode = createRoute({
  getParentRoute: () => dag,
  path: "/code",
  component: lazyRouteComponent(() => import("@/features/dag/dag-code"), "DagCode"),
});

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
    dag.addChildren([dagRuns, dagTasks, dagCode]),
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
  router.subscribe("onResolved", ({ toLocation }) => noteVisit(toLocation.pathname));
  return router;
}

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof makeRouter>;
  }
}
