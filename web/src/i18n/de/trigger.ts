import type { Translation } from "../catalogue";
import type { trigger as english } from "../en/trigger";

export const trigger: Translation<typeof english> = {
  title: "{dag} starten",
  rerun: "{dag} noch einmal starten",
  params: "die Parameter des DAGs",
  noParams: "Dieser DAG hat keine Parameter.",
  json: "Parameter (JSON)",
  earlier: "Werte eines früheren Laufs",
  defaults: "Die Vorgaben",
  date: "Logisches Datum (UTC, freiwillig)",
  badDate: "Das ist kein Datum.",
  runId: "Lauf-ID (freiwillig)",
  note: "Notiz (freiwillig)",
  unpause: "{dag} beim Start fortsetzen: er ist angehalten, und seine Läufe warten",
  close: "Schließen",
  submit: "Starten",
  sending: "Wird gestartet …",
  wrongCount: { one: "{count} Wert passt nicht.", other: "{count} Werte passen nicht." },
};
