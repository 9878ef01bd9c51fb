import type { CSSProperties } from "react";
import { type Piece, parseAnsi, stripAnsi } from "@/lib/ansi";
import { markPieces, rangesOf } from "@/lib/log-index";

/** A line with its colours, as text; what is searched for is marked. */
export function AnsiText({ text, matcher }: { text: string; matcher?: RegExp | null }) {
  const ranges = matcher ? rangesOf(stripAnsi(text), matcher) : [];
  return markPieces(parseAnsi(text), ranges).map((piece, index) => {
    const props = {
      className: piece.className || undefined,
      style: ownColours(piece),
      children: piece.text,
    };
    return piece.marked ? (
      // biome-ignore lint/suspicious/noArrayIndexKey: the pieces of a line have no other name.
      <mark key={index} {...props} className="log-mark" />
    ) : (
      // biome-ignore lint/suspicious/noArrayIndexKey: the pieces of a line have no other name.
      <span key={index} {...props} />
    );
  });
}

/** Handed to the style sheet, which keeps them readable on either background. */
function ownColours(piece: Piece): CSSProperties | undefined {
  if (!piece.color && !piece.background) return undefined;
  return { "--piece-fg": piece.color, "--piece-bg": piece.background } as CSSProperties;
}
