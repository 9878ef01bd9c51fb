import type { Translation } from "../catalogue";
import type { dagCode as english } from "../en/dagCode";

export const dagCode: Translation<typeof english> = {
  active: "in Kraft",
  allLines: "Alle Zeilen",
  changesOnly: "Nur, was sich geändert hat",
  choices: "Eines von",
  compare: "Vergleichen",
  created: "Angelegt",
  default: "Vorgabe",
  diffLabel: "Version {a} links, Version {b} rechts",
  diffNone:
    "Diese beiden Versionen haben denselben Text. Sie unterscheiden sich in dem, was ihn umgibt: gemeinsame Vorgaben oder eine Datei, die ein Task nennt.",
  diffOf: "Version {a} → {b}",
  diffSame: "Wähle zwei verschiedene Versionen, um sie zu vergleichen.",
  errorAt: "Zeile {line}, Spalte {column} des neuesten Textes",
  errors: {
    one: "Der neueste Text dieser Datei enthält {count} Fehler",
    other: "Der neueste Text dieser Datei enthält {count} Fehler",
  },
  errorsNote:
    "Unten steht Version {version}, die letzte gute. Die Zeichen stehen dort, wo ihre Schlüssel sind.",
  gap: { one: "{count} gleiche Zeile", other: "{count} gleiche Zeilen" },
  helpClose: "Schließen",
  helpHint: "Wähle einen Schlüssel, um zu lesen, was er bedeutet.",
  helpOf: "Was {key} bedeutet",
  helpUnknown: "Das Schema der DAG-Dateien kennt diesen Schlüssel nicht.",
  left: "Links",
  limits: "Grenzen",
  loadingSource: "den Text",
  loadingVersions: "die Versionen",
  newest: "Version in Kraft",
  noText: "Der Text dieser Version ist nicht aufbewahrt.",
  notActive: "Du siehst Version {version}. In Kraft ist Version {active}.",
  numberOf: "Version {number}",
  position: "Zeile {line}",
  right: "Rechts",
  schemaLink: "Das ganze Schema",
  showCode: "Code",
  source: "Text von {dag}",
  type: "Art",
  version: "Version",
  versions: { one: "{count} Version", other: "{count} Versionen" },
  versionsNone: "Dieser DAG hat noch keine Version.",
  versionsOne:
    "Bisher gibt es eine Version: Ändert sich die Datei, lässt sich hier die nächste mit ihr vergleichen.",
};
