import { describe, expect, it } from "vitest";
import { parseSearch, signInSearch, stringifySearch } from "./search";
import { dagListSearch } from "./search-dags";
import { taskSearch } from "./search-run";

describe("search", () => {
  it("survives the way through a URL", () => {
    const search = dagListSearch({
      q: "a&b=c",
      state: "failed",
      paused: "no",
      sort: "-next_dagrun",
    });
    expect(dagListSearch(parseSearch(stringifySearch({ ...search })))).toEqual(search);
  });

  it("drops what it doesn't know", () => {
    expect(taskSearch({ map: "1.5", try: "0", tab: "secret" })).toEqual({});
  });

  it("reads numbers", () => {
    expect(taskSearch({ map: "0", try: "2", tab: "outputs" })).toEqual({
      map: 0,
      try: 2,
      tab: "outputs",
    });
  });

  it("keeps a numeric name a text", () => {
    expect(dagListSearch(parseSearch("?q=123")).q).toBe("123");
  });

  it.each([["//evil.example"], ["/\\evil.example"], ["https://evil.example"], ["javascript:x"]])(
    "does not go to %s after the sign-in",
    (next) => {
      expect(signInSearch({ next }).next).toBeUndefined();
    },
  );

  it("goes back to a page of its own", () => {
    expect(signInSearch({ next: "/dags/a?x=1" }).next).toBe("/dags/a?x=1");
  });

  it("is nothing when there is nothing", () => {
    expect(stringifySearch({ a: undefined, b: "" })).toBe("");
  });
});
