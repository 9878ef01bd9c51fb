import { describe, expect, it } from "vitest";
import { paletteColour, parseAnsi, stripAnsi } from "./ansi";

describe("parseAnsi", () => {
  it("leaves plain text alone, markup included", () => {
    expect(parseAnsi('<img src=x onerror="alert(1)">')).toEqual([
      { text: '<img src=x onerror="alert(1)">', className: "" },
    ]);
  });

  it("turns colours and decorations into classes", () => {
    expect(parseAnsi("a \u001b[1;31mred\u001b[0m b")).toEqual([
      { text: "a ", className: "" },
      { text: "red", className: "ansi-bold ansi-red-fg" },
      { text: " b", className: "" },
    ]);
  });

  it("computes palette and true colours", () => {
    expect(parseAnsi("\u001b[38;5;208mx")[0]?.color).toBe("rgb(255, 135, 0)");
    expect(parseAnsi("\u001b[48;2;1;2;3mx")[0]?.background).toBe("rgb(1, 2, 3)");
    expect(paletteColour(232)).toBe("rgb(8, 8, 8)");
  });

  it("keeps what a progress bar left standing", () => {
    expect(parseAnsi("10%\r50%\r100%\r")).toEqual([{ text: "100%", className: "" }]);
  });

  it("drops titles, bells and other control characters", () => {
    expect(stripAnsi("\u001b]0;title\u0007be\u0007ll\u0000")).toBe("bell");
  });

  it("gives nothing for an empty line", () => {
    expect(parseAnsi("")).toEqual([]);
  });
});

describe("stripAnsi", () => {
  it("is the text without its looks", () => {
    expect(stripAnsi("\u001b[32mok\u001b[0m done")).toBe("ok done");
  });
});
