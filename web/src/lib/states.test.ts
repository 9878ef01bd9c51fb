import { describe, expect, it } from "vitest";
import {
  countStates,
  isFinished,
  isRunState,
  isTaskState,
  isWaiting,
  RUN_STATES,
  stateClass,
  stateLabel,
  TASK_STATES,
} from "./states";

describe("states", () => {
  it("words every state, and the state that is none", () => {
    for (const state of [...RUN_STATES, ...TASK_STATES])
      expect(stateLabel(state)).toMatch(/^[A-Z]/);
    expect(stateLabel(null)).toBe("No Status");
    expect(stateLabel("upstream_failed")).toBe("Upstream Failed");
  });

  it("gives every state a class", () => {
    expect(stateClass("up_for_retry")).toBe("state-up_for_retry");
    expect(stateClass(null)).toBe("state-none");
  });

  it("splits task states into finished, waiting and at work, without overlap", () => {
    const atWork = TASK_STATES.filter((state) => !isFinished(state) && !isWaiting(state));
    expect(atWork).toEqual(["running", "restarting"]);
    expect(TASK_STATES.filter((state) => isFinished(state) && isWaiting(state))).toEqual([]);
  });

  it("recognises words from a URL", () => {
    expect(isRunState("failed")).toBe(true);
    expect(isRunState("skipped")).toBe(false);
    expect(isTaskState("skipped")).toBe(true);
    expect(isTaskState({})).toBe(false);
  });

  it("counts what needs attention first", () => {
    expect(countStates(["success", null, "failed", "success"])).toEqual([
      { state: "failed", count: 1 },
      { state: null, count: 1 },
      { state: "success", count: 2 },
    ]);
  });
});
