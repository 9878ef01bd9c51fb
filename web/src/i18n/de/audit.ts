import type { Translation } from "../catalogue";
import type { audit as english } from "../en/audit";

export const audit: Translation<typeof english> = {
  title: "Protokoll",
  what: "das Protokoll",
  count: { one: "{count} Eintrag", other: "{count} Einträge" },
  event: "Ereignis",
  owner: "Wer",
  dag: "DAG",
  run: "Lauf",
  task: "Task",
  after: "Von ({zone})",
  before: "Bis ({zone})",
  when: "Wann",
  about: "Woran",
  detail: "Was",
  filters: "Filter",
  empty:
    "Noch hat niemand etwas getan. Jedes Starten, Zurücksetzen, Markieren und jede Änderung einer Einstellung steht hier.",
  created: "angelegt",
  changed: "geändert",
  deleted: "gelöscht",
  hidden: "ein Wert, der nicht gezeigt wird",
  field: "Feld",
  was: "Vorher",
  is: "Nachher",
  sameFields: {
    one: "{count} Feld bleibt, wie es war",
    other: "{count} Felder bleiben, wie sie waren",
  },
  verify:
    "Das Protokoll ist eine Kette von Prüfsummen. Ob ein Eintrag geändert oder entfernt wurde, prüft man auf dem Rechner des Servers:",
};
