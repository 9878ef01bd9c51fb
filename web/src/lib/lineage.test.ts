import { expect, test } from "vitest";
import { dagsOf, type LineageAsset, lineageOf, near } from "./lineage";

const asset = (
  id: number,
  makers: string[],
  waiting: string[],
  readers: string[] = [],
): LineageAsset => {
  const uses = (ids: string[]) => ids.map((dag_id) => ({ dag_id }));
  return {
    id,
    name: `a${id}`,
    uri: `s3://a${id}`,
    producing_tasks: uses(makers),
    scheduled_dags: uses(waiting),
    consuming_tasks: uses(readers),
  };
};

test("one edge per DAG and asset, however many tasks make or read it", () => {
  const { nodes, edges } = lineageOf([asset(1, ["load", "load"], ["mart"], ["mart", "mart"])]);
  expect(nodes.map(({ id }) => id)).toEqual(["asset:1", "dag:load", "dag:mart"]);
  expect(edges).toEqual([
    { from: "dag:load", to: "asset:1", kind: "makes" },
    { from: "asset:1", to: "dag:mart", kind: "starts" },
  ]);
});

test("what a DAG makes and reads itself is no way back to it", () => {
  expect(lineageOf([asset(1, ["load"], [], ["load"])]).edges).toEqual([
    { from: "dag:load", to: "asset:1", kind: "makes" },
  ]);
});

test("the DAGs around assets, once and sorted", () => {
  expect(dagsOf([asset(1, ["z"], ["b"]), asset(2, ["b"], [], ["a"])])).toEqual(["a", "b", "z"]);
});

test("only what is near is kept, in both directions", () => {
  const graph = lineageOf([
    asset(1, ["d1"], ["d2"]),
    asset(2, ["d2"], ["d3"]),
    asset(3, ["d3"], []),
    asset(9, ["elsewhere"], []),
  ]);
  const ids = (steps: number) => near(graph, "asset:2", steps).nodes.map(({ id }) => id);
  expect(ids(1).sort()).toEqual(["asset:2", "dag:d2", "dag:d3"]);
  expect(ids(2).sort()).toEqual(["asset:1", "asset:2", "asset:3", "dag:d2", "dag:d3"]);
  expect(ids(9)).not.toContain("asset:9");
  expect(near(graph, "asset:2", 1).edges).toHaveLength(2);
});
