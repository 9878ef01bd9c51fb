/**
 * The graph as it is seen from afar: boxes and lines on a canvas, as a thousand boxes in the
 * document are drawn ten times a second at best. Nothing here knows of React.
 */

import type { GraphNode } from "@/api/dag-queries";
import { type Box, inSight, overlaps, type Transform } from "@/lib/dag/graph-geometry";
import type { NodeStates } from "@/lib/dag/graph-states";
import { NOTHING } from "@/lib/dag/letters";
import type { CanvasTheme } from "../canvas-theme";
import type { Sprites } from "../grid/sprites";
import type { LinePiece } from "./flow";

export interface Picture {
  nodes: readonly GraphNode[];
  lines: readonly { path: Path2D; box: Box; kind: LinePiece["kind"] }[];
}

export interface Paint {
  theme: CanvasTheme;
  sprites: Sprites;
  /** Pixels of the screen per pixel of CSS. */
  scale: number;
}

export function makePicture(nodes: readonly GraphNode[], pieces: readonly LinePiece[]): Picture {
  return { nodes, lines: pieces.map((piece) => ({ ...piece, path: new Path2D(piece.path) })) };
}

/** In pixels of the screen: how broad a state's strip is, without its sign and beside it. */
const STRIP = 10;
const STRIP_BESIDE = 3;
/** From this height on the state has its sign, too. */
const SIGN = 11;

export function drawPicture(
  context: CanvasRenderingContext2D,
  picture: Picture,
  states: NodeStates,
  found: ReadonlySet<string>,
  at: Transform,
  size: { width: number; height: number },
  paint: Paint,
): void {
  const { theme, sprites, scale } = paint;
  const sight = inSight(at, size.width, size.height);
  context.setTransform(scale, 0, 0, scale, 0, 0);
  context.clearRect(0, 0, size.width, size.height);
  context.setTransform(scale * at.zoom, 0, 0, scale * at.zoom, scale * at.x, scale * at.y);
  const pixel = 1 / at.zoom;
  const seen = picture.nodes.filter((node) => overlaps(node, sight));

  context.lineWidth = pixel;
  for (const node of seen) {
    if (node.type !== "group" || node.is_collapsed) continue;
    context.fillStyle = theme.raised;
    context.fillRect(node.x, node.y, node.width, node.height);
    context.strokeStyle = theme.line;
    context.strokeRect(node.x, node.y, node.width, node.height);
  }
  for (const { path, box, kind } of picture.lines) {
    if (!overlaps(box, sight)) continue;
    context.strokeStyle = kind === "branch" ? theme.accent : theme.muted;
    context.stroke(path);
  }
  for (const node of seen) {
    if (node.type === "group" && !node.is_collapsed) continue;
    const letter = states.get(node.id)?.letter ?? NOTHING;
    const { x, y, width, height } = node;
    context.fillStyle = node.type === "group" ? theme.raised : theme.panel;
    context.fillRect(x, y, width, height);
    context.strokeStyle = theme.muted;
    context.strokeRect(x, y, width, height);
    if (letter === NOTHING) continue;
    const sprite = height * at.zoom >= SIGN ? sprites.get(letter) : undefined;
    const strip = Math.min(width, (sprite ? STRIP_BESIDE : STRIP) * pixel);
    context.fillStyle = theme.states[letter] ?? theme.muted;
    context.fillRect(x, y, strip, height);
    if (sprite) context.drawImage(sprite, x + strip, y, height, height);
  }
  context.lineWidth = 3 * pixel;
  context.strokeStyle = theme.accent;
  for (const { id, x, y, width, height } of seen)
    if (found.has(id))
      context.strokeRect(x - pixel, y - pixel, width + 2 * pixel, height + 2 * pixel);
}
