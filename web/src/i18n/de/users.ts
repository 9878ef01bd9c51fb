import type { Translation } from "../catalogue";
import type { users as english } from "../en/users";

export const users: Translation<typeof english> = {
  title: "Benutzer",
  what: "die Benutzer",
  count: { one: "{count} Benutzer", other: "{count} Benutzer" },
  search: "Benutzer suchen",
  add: "Benutzer anlegen",
  user: "Benutzer",
  displayName: "Anzeigename",
  role: "Rolle über alles",
  roleNone: "keine, nur was freigegeben ist",
  grants: "Freigaben",
  grantOn: "{role} für {what}",
  ofDag: "DAG {id}",
  ofTag: "Tag {id}",
  state: "Zustand",
  enabled: "Aktiv",
  disabled: "Gesperrt",
  noPassword: "hier kein Passwort",
  since: "Seit",
  newTitle: "Neuer Benutzer",
  editTitle: "Benutzer {name}",
  nameHint: "Buchstaben, Ziffern und _ . @ + -",
  password: "Passwort",
  passwordHint: "Mindestens 12 Zeichen; leer: niemand kann sich damit anmelden.",
  newPassword: "Neues Passwort",
  newPasswordHint:
    "Mindestens 12 Zeichen. Alle Sitzungen dieses Benutzers enden, API-Token bleiben.",
  resetPassword: "Passwort zurücksetzen",
  resetTitle: "Neues Passwort für {name}",
  passwordShort: "Mindestens 12 Zeichen.",
  disableIt: "Gesperrt: keine Anmeldung, und alle Token werden abgewiesen",
  addGrant: "Freigabe hinzufügen",
  grantRole: "Rolle der Freigabe {number}",
  grantKind: "Wofür die Freigabe {number} gilt",
  grantId: "DAG oder Tag der Freigabe {number}",
  kindDag: "einen DAG",
  kindTag: "DAGs mit dem Tag",
  removeGrant: "Freigabe {number} entfernen",
  deleteText:
    "Der Benutzer und alle seine Token sind sofort weg. Was er getan hat, bleibt im Protokoll.",
  roles: "Was jede Rolle darf",
  rolesText:
    "Jede darf alles, was die darüber darf. Eine Rolle gilt über alles oder als Freigabe für einen DAG oder alle DAGs mit einem Tag; von allen, die einen DAG erreichen, zählt die höchste.",
  viewer:
    "lesen: DAGs und ihre Quellen, Läufe, Logs, Ausgaben, Pools, Variablen, die nicht geheim sind",
  operator:
    "Läufe starten, zurücksetzen, markieren, abbrechen und löschen, Ausgaben berichtigen, Freigaben beantworten, DAGs anhalten, Backfills, Asset-Ereignisse; das Protokoll lesen",
  editor: "Pools, Variablen und Verbindungen ändern; DAGs löschen",
  admin: "Benutzer ändern, die Token aller sehen und löschen",
};
