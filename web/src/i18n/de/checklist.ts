import type { Translation } from "../catalogue";
import type { checklist as english } from "../en/checklist";

export const checklist: Translation<typeof english> = {
  title: "Ihre erste Minute mit Weft",
  text: "Diese Beispiele haben von selbst begonnen:",
  green: "eines, das gut ging",
  red: "eines, das mit Absicht fehlschlägt",
  waiting: "eines, das auf Ihre Antwort wartet",
  done: "erledigt",
  open: "offen",
  log: "Das Log des Fehlschlags lesen",
  logText: "Öffnen Sie den Lauf und seinen Task check_stock: Das Log sagt, was nicht stimmt.",
  retry: "Noch einmal laufen lassen",
  retryText: 'Starten Sie ihn mit {"stock": 20}, oder setzen Sie den fehlgeschlagenen Task zurück.',
  edit: "Das JSON bearbeiten",
  editText:
    "Ändern Sie ein Kommando in dieser Datei, oder legen Sie eine eigene daneben; es gilt nach einer Sekunde:",
  schedule: "Einen Zeitplan geben",
  scheduleText:
    'Geben Sie ihm ein "schedule", etwa "*/5 * * * *", und sehen Sie den nächsten Lauf kommen.',
  toRun: "Zu seinem Lauf",
  toDag: "Zum DAG",
  toSource: "Zu seinem Code",
  allDone: "Das war es. Als Nächstes: weft init macht einen eigenen Ordner.",
  dismiss: "Ausblenden",
  progress: "{count} von {total}",
};
