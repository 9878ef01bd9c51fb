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
  date: "Logisches Datum ({zone}, freiwillig)",
  badDate: "Das ist kein Datum.",
  runId: "Lauf-ID (freiwillig)",
  note: "Notiz (freiwillig)",
  unpause: "{dag} beim Start fortsetzen: er ist angehalten, und seine Läufe warten",
  unpauseLooking: "Es wird nachgesehen, was das sonst noch startet …",
  unpauseUnknown: "Was das sonst noch startet, ist nicht bekannt: der Server sagt es nicht.",
  unpauseMore: {
    one: "Das startet sofort {count} weiteren Lauf:",
    other: "Das startet {count} weitere Läufe, soweit seine Grenzen es zulassen:",
  },
  unpauseMoreAtLeast: {
    one: "Das startet mindestens {count} weiteren Lauf:",
    other: "Das startet mindestens {count} weitere Läufe, soweit seine Grenzen es zulassen:",
  },
  unpauseRest: { one: "und {count} weiterer", other: "und {count} weitere" },
  close: "Schließen",
  submit: "Starten",
  sending: "Wird gestartet …",
  wrongCount: { one: "{count} Wert passt nicht.", other: "{count} Werte passen nicht." },
};
