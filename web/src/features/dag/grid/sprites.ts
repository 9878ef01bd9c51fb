/** Each state's cell, drawn once: a frame copies them. */

import { LETTERS } from "@/lib/dag/letters";
import { MARKS } from "@/lib/dag/marks";
import type { CanvasTheme } from "../canvas-theme";

/** The side of a cell's face in CSS pixels. */
export const FACE = 16;

export type Sprites = ReadonlyMap<string, HTMLCanvasElement>;

export function makeSprites(theme: CanvasTheme, scale: number): Sprites {
  const sprites = new Map<string, HTMLCanvasElement>();
  for (const letter of LETTERS) {
    const canvas = document.createElement("canvas");
    canvas.width = FACE * scale;
    canvas.height = FACE * scale;
    const context = canvas.getContext("2d");
    if (!context) continue;
    context.scale(scale, scale);
    drawFace(context, letter, theme.states[letter] ?? theme.muted);
    sprites.set(letter, canvas);
  }
  return sprites;
}

function drawFace(context: CanvasRenderingContext2D, letter: string, colour: string): void {
  context.fillStyle = colour;
  context.beginPath();
  context.roundRect(0.5, 0.5, FACE - 1, FACE - 1, 3);
  // Nothing has happened yet: an empty face.
  if (letter === "n") {
    context.strokeStyle = colour;
    context.stroke();
    return;
  }
  context.fill();
  context.strokeStyle = markColour(context.fillStyle);
  context.fillStyle = context.strokeStyle;
  context.lineWidth = 1.7;
  context.lineCap = "round";
  context.lineJoin = "round";
  for (const stroke of MARKS[letter] ?? []) {
    context.beginPath();
    stroke.points.forEach(([x, y], index) => {
      if (index === 0) context.moveTo(x, y);
      else context.lineTo(x, y);
    });
    if (stroke.closed) {
      context.closePath();
      context.fill();
    } else context.stroke();
  }
}

/** White or black, whichever is seen better on a colour ("#rrggbb", as a canvas gives it back). */
export function markColour(colour: string | CanvasGradient | CanvasPattern): string {
  const found = typeof colour === "string" ? /^#(..)(..)(..)$/.exec(colour) : null;
  if (!found) return "#ffffff";
  const [red = 0, green = 0, blue = 0] = found.slice(1).map((part) => {
    const value = Number.parseInt(part, 16) / 255;
    return value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  // A sign wants a contrast of 3; white has it up to this luminance.
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.3 ? "#10161c" : "#ffffff";
}
