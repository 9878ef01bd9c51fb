import { describe, expect, it } from "vitest";
import { EventStreamParser } from "./sse";

describe("EventStreamParser", () => {
  it("reads event, id and data", () => {
    const parser = new EventStreamParser();
    expect(parser.push('event: log\nid: 42\ndata: {"event":"hi"}\n\nevent: end\n\n')).toEqual([
      { event: "log", id: "42", data: '{"event":"hi"}' },
      { event: "end", id: "42", data: "" },
    ]);
  });

  it("gives the same whatever the pieces are", () => {
    const text = ": comment\r\nevent: log\r\ndata: one\r\ndata: two\r\n\r\ndata:x\n\n";
    const whole = new EventStreamParser().push(text);
    expect(whole).toEqual([
      { event: "log", id: "", data: "one\ntwo" },
      { event: "message", id: "", data: "x" },
    ]);
    const parser = new EventStreamParser();
    expect([...text].flatMap((character) => parser.push(character))).toEqual(whole);
  });

  it("gives nothing for half an event", () => {
    expect(new EventStreamParser().push("data: half\n")).toEqual([]);
  });

  it("refuses an endless line", () => {
    const parser = new EventStreamParser();
    const piece = "x".repeat(3 * 1024 * 1024);
    expect(() => {
      parser.push(piece);
      parser.push(piece);
    }).toThrow("endless");
  });
});
