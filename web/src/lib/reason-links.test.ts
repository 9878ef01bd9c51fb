import { describe, expect, it } from "vitest";
import { linksOf } from "./reason-links";

const here = { dagId: "a", runId: "r" };

describe("linksOf", () => {
  it.each([
    [
      "upstream_unfinished",
      { unfinished: [{ task_id: "x", state: "failed" }] },
      [{ to: "task", dagId: "a", runId: "r", taskId: "x", mapIndex: -1 }],
    ],
    ["max_active_runs", { active: ["r1"] }, [{ to: "run", dagId: "a", runId: "r1" }]],
    [
      "depends_on_past",
      { run_id: "r0", task_id: "x", map_index: 3 },
      [{ to: "task", dagId: "a", runId: "r0", taskId: "x", mapIndex: 3 }],
    ],
    ["triggered_run", { dag_id: "b", run_id: "q" }, [{ to: "run", dagId: "b", runId: "q" }]],
    ["awaits_run", { dag_id: "b", logical_date: "2026" }, [{ to: "dag", dagId: "b" }]],
    ["triggered_run", null, []],
    ["pool_full", {}, [{ to: "pools" }]],
    ["kept_for_larger", { pool: "erp" }, [{ to: "pools" }]],
    ["no_worker", {}, [{ to: "workers" }]],
    ["approval", { assigned_to: [] }, [{ to: "approval" }]],
    ["next", {}, []],
  ])("%s", (code, data, links) => {
    expect(linksOf({ code, data }, here)).toEqual(links);
  });

  it("has an end", () => {
    const unfinished = Array.from({ length: 50 }, (_, i) => ({ task_id: `t${i}` }));
    expect(linksOf({ code: "upstream_unfinished", data: { unfinished } }, here)).toHaveLength(10);
  });
});
