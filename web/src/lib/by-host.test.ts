import { expect, test } from "vitest";
import { byHost } from "./by-host";

test("grouped by worker in its order, those of none last", () => {
  const groups = byHost([
    { id: 1, hostname: null },
    { id: 2, hostname: "b" },
    { id: 3, hostname: "a" },
    { id: 4, hostname: "b" },
  ]);
  expect(groups.map(({ host, instances }) => [host, instances.map(({ id }) => id)])).toEqual([
    ["a", [3]],
    ["b", [2, 4]],
    [null, [1]],
  ]);
});
