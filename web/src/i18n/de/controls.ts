import type { Translation } from "../catalogue";
import type { controls as english } from "../en/controls";

export const controls: Translation<typeof english> = {
  pages: "Seiten",
  previous: "Zurück",
  next: "Weiter",
  page: "Seite {page} von {last}",
  dismiss: "Schließen",
  undo: "Rückgängig",
};
