import type { Translation } from "../catalogue";
import type { connections as english } from "../en/connections";

export const connections: Translation<typeof english> = {
  title: "Verbindungen",
  what: "die Verbindungen",
  count: { one: "{count} Verbindung", other: "{count} Verbindungen" },
  search: "Verbindungen suchen",
  add: "Verbindung anlegen",
  id: "Verbindung",
  type: "Art",
  host: "Rechner",
  port: "Port",
  login: "Benutzer",
  schema: "Schema",
  password: "Passwort",
  extra: "Extra (JSON)",
  allowed: "Nur für diese DAGs",
  allowedAll: "alle DAGs",
  empty:
    "Es gibt noch keine Verbindungen. Ein Task liest eine in seinem env als {{ conn.erp.password }}.",
  newTitle: "Neue Verbindung",
  editTitle: "Verbindung {id}",
  idHint: "Tasks lesen sie in ihrem env als {{ conn.{id}.password }}.",
  idWrong: "Nur Buchstaben, Ziffern und _ . -",
  typeHint: "Was Tasks daraus machen, etwa postgres oder http.",
  portWrong: "Eine Zahl von 0 bis 65535.",
  passwordHint: "Es wird verschlüsselt, und niemand kann es zurücklesen.",
  passwordKeeps: "Das vorhandene bleibt, solange Sie kein anderes schreiben.",
  dropPassword: "Passwort entfernen",
  unchanged: "*** (unverändert)",
  extraHint:
    "Was unter Namen wie token oder api_key steht, wird als *** gezeigt, und *** bleibt, wie es ist.",
  allowedHint: "DAG-IDs mit Kommas dazwischen; leer: alle DAGs dürfen sie lesen.",
  where:
    "Was eine Secrets-Datei, ein Vault oder die Umgebung des Servers enthält, geht dieser Liste vor und wird hier nicht gezeigt.",
  test: "Testen",
  testing: "Wird gefragt …",
  testWorks: "Der Server hat sie getestet, und sie geht.",
  deleteText: "Versuche, die sie lesen, schlagen von da an fehl und sagen es.",
};
