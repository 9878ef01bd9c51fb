import type { Translation } from "../catalogue";
import type { imports as english } from "../en/imports";

export const imports: Translation<typeof english> = {
  title: "Importfehler",
  what: "die Importfehler",
  count: { one: "{count} Datei mit Fehlern", other: "{count} Dateien mit Fehlern" },
  search: "Dateien suchen",
  none: "Jede DAG-Datei wurde ohne Fehler gelesen.",
  line: "Zeile {line}, Spalte {column}",
  wholeFile: "die ganze Datei",
  findings: { one: "{count} Befund", other: "{count} Befunde" },
  found: "gefunden",
  since: "Was die Datei vorher war, geht weiter: Ihr DAG läuft mit der letzten guten Version.",
  check: "Eine Datei prüfen",
  checkText:
    "Wählen Sie eine DAG-Datei von Ihrem Rechner oder fügen Sie sie ein: Der Server liest sie wie die des Ordners, speichert nichts, und die Befunde stehen an ihren Zeilen.",
  file: "Datei",
  paste: "oder hier einfügen",
  checkIt: "Prüfen",
  checking: "Wird geprüft …",
  good: "Darin wurde kein Fehler gefunden. Der DAG ist {dag}.",
  seeLine: "Die Zeilen ansehen",
  error: "Fehler",
  warning: "Warnung",
};
