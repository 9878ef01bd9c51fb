import { describe, expect, it } from "vitest";
import { dagListSearch, isFiltered, nextSort, ranSince } from "./search-dags";

describe("dagListSearch", () => {
  it("takes what it knows and drops the rest", () => {
    expect(
      dagListSearch({
        q: "orders",
        tag: "finance",
        owner: "ops",
        state: "failed",
        paused: "no",
        ran: "day",
        broken: "yes",
        sort: "-next_dagrun",
        page: "7",
      }),
    ).toEqual({
      q: "orders",
      tag: "finance",
      owner: "ops",
      state: "failed",
      paused: "no",
      ran: "day",
      broken: "yes",
      sort: "-next_dagrun",
    });
    const empty = dagListSearch({ q: " ", state: "bad", paused: "maybe", ran: 1, sort: "owner" });
    expect(Object.values(empty).filter((value) => value !== undefined)).toEqual([]);
  });

  it("an order is no filter", () => {
    expect(isFiltered({ sort: "next_dagrun" })).toBe(false);
    expect(isFiltered({ sort: "next_dagrun", ran: "day" })).toBe(true);
  });
});

it("asks the same question for a minute", () => {
  const at = Date.parse("2026-01-02T00:00:30Z");
  expect(ranSince("day", at)).toBe("2026-01-01T00:00:00.000Z");
  expect(ranSince("day", at + 29_000)).toBe("2026-01-01T00:00:00.000Z");
  expect(ranSince(undefined, at)).toBeUndefined();
});

it("turns the order round, then gives it up", () => {
  expect(nextSort("next_dagrun", undefined)).toBe("next_dagrun");
  expect(nextSort("next_dagrun", "next_dagrun")).toBe("-next_dagrun");
  expect(nextSort("next_dagrun", "-next_dagrun")).toBeUndefined();
  expect(nextSort("last_run_start_date", "next_dagrun")).toBe("-last_run_start_date");
  expect(nextSort("last_run_start_date", "-last_run_start_date")).toBe("last_run_start_date");
});
