import type { Translation } from "../catalogue";
import type { states as english } from "../en/states";

export const states: Translation<typeof english> = {
  queued: "Eingereiht",
  running: "Läuft",
  success: "Erfolgreich",
  failed: "Fehlgeschlagen",
  scheduled: "Eingeplant",
  skipped: "Übersprungen",
  upstream_failed: "Vorgänger fehlgeschlagen",
  up_for_retry: "Wartet auf neuen Versuch",
  up_for_reschedule: "Wartet auf nächsten Blick",
  deferred: "Zurückgestellt",
  restarting: "Startet neu",
  removed: "Entfernt",
  none: "Kein Status",
  byState: "Task-Instanzen nach Status",
};
