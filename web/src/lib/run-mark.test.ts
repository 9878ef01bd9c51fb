import { expect, it } from "vitest";
import { statesChangedBy } from "./run-mark";

it("a success is made of what failed, too; a failure leaves alone what has ended", () => {
  expect(statesChangedBy("success")).toEqual(expect.arrayContaining(["none", "failed", "skipped"]));
  expect(statesChangedBy("success")).not.toContain("removed");
  expect(statesChangedBy("failed")).toEqual(expect.arrayContaining(["none", "running"]));
  for (const ended of ["success", "failed", "skipped", "upstream_failed", "removed"])
    expect(statesChangedBy("failed")).not.toContain(ended);
});
