/** DAGs that no other step touches: what stands in their lists is what the scene made. */

import { join } from "node:path";

const LONG = "a_name_that_somebody_made_up_who_never_had_to_read_it_on_a_telephone";
export const LONG_DAG = `scene.${LONG}.${LONG}`;

export function writeSceneDags(folder, write) {
  const dag = (dag_id, body) =>
    write(`${dag_id}.dag.json`, { dag_id, tags: ["scene_tag"], owner: "scene", ...body });
  dag("scene_fails", {
    description: "Fails at once, so that there is something to mend",
    params: { pieces: { type: "integer", default: 3, minimum: 1 } },
    tasks: [
      { task_id: "count", command: 'echo counted:=3 >> "$WEFT_OUTPUT"; echo counting' },
      {
        task_id: "check",
        depends_on: ["count"],
        command: "for n in 1 2 3; do echo line $n of the check; done; echo no pieces >&2; exit 3",
      },
      { task_id: "publish", type: "noop", depends_on: ["check"] },
    ],
  });
  // Its tasks never end, so its backfill stays there.
  dag("scene_daily", {
    schedule: "0 0 * * *",
    start_date: "2026-01-01",
    catchup: "none",
    tasks: [{ task_id: "work", command: ["sleep", "infinity"], execution_timeout: "30m" }],
  });
  dag("scene_asks", {
    tasks: [
      { task_id: "ask", type: "approval", with: { subject: "Go on?", options: ["yes", "Reject"] } },
    ],
  });
  dag("scene_waits", {
    description: "before",
    tasks: [
      {
        task_id: "wait",
        command: [
          "bash",
          "-ec",
          "echo line one; echo line two; " +
            `until [ -e ${JSON.stringify(join(folder, "go_scene"))} ]; ` +
            "do read -rt 0.1 <> <(:) || true; done; echo line three",
        ],
      },
    ],
  });
  dag("scene_makes", {
    tasks: [{ task_id: "make", type: "noop", outlets: ["file:///scene/made"] }],
  });
  // Is deleted by whoever may.
  dag("scene_goes", { tasks: [{ task_id: "only", type: "noop" }] });
  dag("scene_reads", {
    schedule: { assets: { all: ["file:///scene/made"] } },
    tasks: [{ task_id: "read", type: "noop" }],
  });
  dag(LONG_DAG, {
    description: `What ${LONG} does is told at length, and without one space ${LONG}${LONG}`,
    owner: LONG,
    tags: ["scene_tag", LONG, `${LONG}.2`, `${LONG}.3`],
    doc_md: `See https://example.com/${LONG}/${LONG}`,
    params: { [LONG]: { type: "string", default: LONG, description: LONG } },
    task_groups: { [`group_${LONG}`]: {} },
    tasks: [
      {
        task_id: `list_${LONG}`,
        command: `echo 'shops:=["${LONG}", "b", "c"]' >> "$WEFT_OUTPUT"; echo ${LONG}${LONG}`,
      },
      {
        task_id: `map_${LONG}`,
        depends_on: [`list_${LONG}`],
        expand: { shop: `{{ outputs['list_${LONG}'].shops }}` },
        command: 'echo "$WEFT_MAP_shop"',
      },
      {
        task_id: `end_${LONG}`,
        group: `group_${LONG}`,
        depends_on: [`map_${LONG}`],
        command: "exit 1",
      },
    ],
  });
}
