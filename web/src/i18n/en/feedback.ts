export const feedback = {
  loading: "Loading {what} …",
  away: "The server is away",
  missing: "There is no such {what}",
  failed: "Could not load {what}",
  again: "Try again",
} as const;
