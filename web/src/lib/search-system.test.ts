import { describe, expect, it } from "vitest";
import { parseSearch, stringifySearch } from "./search";
import {
  assetListSearch,
  auditSearch,
  lineageSearch,
  poolListSearch,
  tokenListSearch,
  userListSearch,
} from "./search-system";

describe("search of the administration", () => {
  it("survives the way through a URL", () => {
    const search = assetListSearch({ q: "s3://a&b", sort: "-name", dag: "orders", page: 2 });
    expect(assetListSearch(parseSearch(stringifySearch({ ...search })))).toEqual(search);
  });

  it("sorts only by what the server can sort by", () => {
    expect(userListSearch({ sort: "-role" }).sort).toBe("-role");
    expect(userListSearch({ sort: "password" }).sort).toBeUndefined();
    expect(poolListSearch({ sort: "--name" }).sort).toBeUndefined();
  });

  it("keeps the depth of the lineage within what can be drawn", () => {
    expect(lineageSearch({ asset: "7", depth: "3" })).toEqual({ asset: 7, depth: 3 });
    expect(lineageSearch({ asset: "x", depth: "6" })).toEqual({});
    expect(lineageSearch({ depth: "0" })).toEqual({});
  });

  it("drops moments that are none", () => {
    expect(auditSearch({ after: "2026-01-31T05:30", before: "soon", event: " " })).toEqual({
      after: "2026-01-31T05:30",
    });
  });

  it("takes everybody's tokens", () => {
    expect(tokenListSearch({ user: "~" }).user).toBe("~");
  });
});
