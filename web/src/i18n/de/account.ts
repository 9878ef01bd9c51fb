import type { Translation } from "../catalogue";
import type { account as english } from "../en/account";

export const account: Translation<typeof english> = {
  title: "Konto",
  what: "Ihr Konto",
  user: "Benutzer",
  displayName: "Anzeigename",
  role: "Rolle über alles",
  roleNone: "keine",
  grants: "Freigaben",
  grantDag: "{role} für DAG {id}",
  grantTag: "{role} für DAGs mit dem Tag {id}",
  tokens: "Ihre Token und Sitzungen",
  password: "Passwort ändern",
  oldPassword: "Altes Passwort",
  newPassword: "Neues Passwort",
  again: "Neues Passwort noch einmal",
  least: "Mindestens 12 Zeichen.",
  differs: "Die beiden sind nicht gleich.",
  ends: "Alle Ihre Sitzungen enden, auch diese; API-Token bleiben.",
  change: "Ändern",
  changed: "Das Passwort ist geändert.",
  signInAgain: "Ihr Passwort ist geändert. Melden Sie sich mit dem neuen an.",
  elsewhere: "Sie haben hier kein Passwort: Sie melden sich anderswo an oder nur mit einem Token.",
};
