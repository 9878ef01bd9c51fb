import { describe, expect, it } from "vitest";
import { toApiError } from "./problem";

describe("toApiError", () => {
  it("reads a problem", () => {
    const error = toApiError(409, {
      code: "conflict",
      detail: "The run exists.",
      title: "Conflict",
    });
    expect(error).toMatchObject({ status: 409, code: "conflict", message: "The run exists." });
  });

  it("reads the places of a 422", () => {
    const detail = [
      { loc: ["body", "conf"], msg: "must be an object", type: "type" },
      { loc: [], msg: "too long", type: "length" },
    ];
    expect(toApiError(422, { detail }).message).toBe("body.conf: must be an object\ntoo long");
  });

  it.each([[null], ["<html>"], [{ detail: [] }]])("has words for %j, too", (body) => {
    expect(toApiError(500, body)).toMatchObject({
      code: "http_500",
      message: "The server answered 500.",
    });
  });
});
