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
import {
  dagListSearch,
  parseSearch,
  runListSearch,
  signInSearch,
  stringifySearch,
} from "@/lib/search";
import { runSearch, taskSearch } from "@/lib/search-run";

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
    dag.addChildren([dagRuns, dagTasks, dagCode]),
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
