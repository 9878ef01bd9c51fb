export const time = {
  now: "now",
  ago: "{distance} ago",
  ahead: "in {distance}",
} as const;
