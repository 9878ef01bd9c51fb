import { expect, it } from "vitest";
import { worker } from "@/test/fixtures";
import { orphanedQueues } from "./drained-queues";

it("names the queues that only this worker serves, of those that take tasks", () => {
  const one = worker({ name: "one", queues: ["default", "big", "gpu"] });
  const others = [
    worker({ name: "two", queues: ["default"] }),
    worker({ name: "three", queues: ["big"], state: "draining" }),
  ];
  expect(orphanedQueues(one, [one, ...others])).toEqual(["big", "gpu"]);
  expect(orphanedQueues(one, [one])).toEqual(["default", "big", "gpu"]);
});
