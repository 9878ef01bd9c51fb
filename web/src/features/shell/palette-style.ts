/** How the palette's lines look. */

export const paletteItem =
  "flex items-center gap-2 rounded px-2 py-1.5 data-[selected=true]:bg-raised cursor-pointer min-w-0";
export const paletteGroup =
  "[&_[cmdk-group-heading]]:px-2 [&_[cmdk-group-heading]]:pt-2 [&_[cmdk-group-heading]]:text-xs [&_[cmdk-group-heading]]:text-muted";
