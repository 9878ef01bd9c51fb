export const controls = {
  pages: "Pages",
  previous: "Previous",
  next: "Next",
  page: "Page {page} of {last}",
  dismiss: "Dismiss",
  undo: "Undo",
} as const;
