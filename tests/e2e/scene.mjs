/** What the steps about rights, telephones and themes look at: made once per server, by the API. */

import { HOSTILE_DAG, hostile } from "./hostile.mjs";
import { done, PASSWORD, until } from "./people.mjs";
import { LONG_DAG } from "./scene-dags.mjs";

const made = new WeakMap();

/** The ids of all that is there; see the fields at its end. */
export function sceneOf(weft) {
  if (!made.has(weft)) made.set(weft, make(weft));
  return made.get(weft);
}

async function make(weft) {
  const user = (username, role, grants = []) =>
    done(weft, "POST", "/users", { username, role, grants, password: PASSWORD });
  await user("scene_viewer", "viewer");
  await user("scene_operator", "operator");
  await user("scene_editor", "editor");
  await user("scene_dag", null, [{ role: "operator", dag_id: "scene_fails" }]);
  await user("scene_tag", "viewer", [{ role: "operator", tag: "scene_tag" }]);
  await done(weft, "POST", "/pools", {
    name: "scene_pool",
    slots: 2,
    description: hostile("pool"),
  });
  await done(weft, "POST", "/variables", {
    key: "scene_variable",
    value: hostile("variable"),
    description: hostile("variable description"),
  });
  await done(weft, "POST", "/connections", {
    connection_id: "scene_connection",
    conn_type: "http",
    host: "erp.example.com",
    login: hostile("login"),
    description: hostile("connection"),
    extra: JSON.stringify({ note: hostile("extra") }),
  });
  const token = await done(weft, "POST", "/tokens", { name: hostile("token"), role: "viewer" });
  await until(
    weft,
    "/dags?limit=200",
    ({ dags }) => dags.some(({ dag_id }) => dag_id === LONG_DAG),
    "the scene's DAGs",
  );
  const run = async (dagId, state, body = {}) => {
    const { dag_run_id: runId } = await done(weft, "POST", `/dags/${dagId}/dagRuns`, body);
    const path = `/dags/${dagId}/dagRuns/${encodeURIComponent(runId)}`;
    if (state) await until(weft, path, (now) => now.state === state, `${state} of ${dagId}`);
    return runId;
  };
  await run("scene_makes", "success");
  const failed = await run("scene_fails", "failed");
  const asks = await run("scene_asks", "running");
  const long = await run(LONG_DAG, "failed");
  const shouting = await run(HOSTILE_DAG, "running", { note: `${hostile("note")}\n\u202Ednib` });
  const stuck = await run("scene_daily", "running");
  await until(
    weft,
    `/dags/${HOSTILE_DAG}/dagRuns/${encodeURIComponent(shouting)}/taskInstances/ask`,
    ({ state }) => state === "deferred",
    "the hostile question",
  );
  const backfill = await done(weft, "POST", "/backfills", {
    dag_id: "scene_daily",
    from_date: "2026-01-02T00:00:00Z",
    to_date: "2026-01-04T00:00:00Z",
    max_active_runs: 1,
  });
  const { assets } = await done(weft, "GET", "/assets?limit=100");
  const idOf = (part) => assets.find(({ uri }) => uri.includes(part))?.id;
  return {
    failed,
    asks,
    long,
    shouting,
    stuck,
    backfill: backfill.id,
    asset: idOf("/scene/made"),
    hostileAsset: idOf("/hostile/"),
    token: token.id,
  };
}
